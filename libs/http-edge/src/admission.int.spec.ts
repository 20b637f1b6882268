import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { once } from 'node:events';
import { closeHttpServer } from './close-http-server.js';
import { type Edge, type EdgeOptions, conversationId, openEdge, ownOrigin } from './http-edge.fixtures.js';

const messages = `/v1/conversations/${conversationId}/messages`;
const body = JSON.stringify({ clientMsgId: '01890000-0000-4000-8000-0000000000f1', body: 'hello' });
const asAda = { authorization: 'Bearer good' };

let edge: Edge | undefined;
const open = async (options: EdgeOptions): Promise<Edge> => (edge = await openEdge(options));
afterEach(() => edge?.server.close());

const listening = async (options: EdgeOptions): Promise<number> => {
  const { server } = await open(options);
  await server.listen({ host: '127.0.0.1', port: 0 });
  return (server.server.address() as AddressInfo).port;
};

describe('a request that is not let in', () => {
  it.each<[string, EdgeOptions, number, string]>([
    ['a wrong token', { authenticate: () => ({ ok: false, code: 'token-invalid' }) }, 401, 'token-invalid'],
    ['State in trouble', { authenticate: () => ({ ok: false, code: 'unavailable' }) }, 503, 'unavailable'],
    [
      'too many before it',
      { decision: { allowed: false, limit: 1, remaining: 0, resetMs: 1_000, retryAfterMs: 1_000 } },
      429,
      'rate-limited',
    ],
  ])('has its body left unread: %s', async (_, options, status, code) => {
    const { server, calls } = await open(options);
    const headers = { ...asAda, 'content-type': 'text/plain' };
    const response = await server.inject({ method: 'POST', url: messages, headers, payload: 'no JSON' });
    expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([status, code]);
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(response.headers['retry-after']).toBe(status === 401 ? undefined : '1');
    expect(calls).toEqual([]);
  });

  it('is answered before its body has come', async () => {
    const port = await listening({});
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `POST ${messages} HTTP/1.1\r\nhost: chat\r\ncontent-type: application/json\r\ncontent-length: 60000\r\n\r\n{`,
    );
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 401 /);
    socket.destroy();
  });

  it('when nobody foresaw why, is an internal error without its text', async () => {
    const { server, errors } = await open({ authenticate: () => Promise.reject(new Error('the disk of State')) });
    const response = await server.inject({ method: 'GET', url: messages, headers: asAda });
    expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([500, 'internal']);
    expect(response.body).not.toContain('disk');
    expect(errors).toHaveLength(1);
  });
});

describe('the address of a caller', () => {
  it.each([
    ['that of the connection when no proxy is trusted', [], '203.0.113.9', '127.0.0.1'],
    ['what a trusted proxy says', ['127.0.0.1'], '203.0.113.9', '203.0.113.9'],
    [
      'what the proxy adds, not what the client wrote before it',
      ['127.0.0.0/8'],
      '10.9.9.9, 203.0.113.9',
      '203.0.113.9',
    ],
    [
      'what the proxy adds when it trusts that too',
      ['127.0.0.0/8', '203.0.113.0/24'],
      'a forgery, 203.0.113.9',
      '203.0.113.9',
    ],
    ['that of the connection when the proxy names none', ['127.0.0.1'], 'unknown', '127.0.0.1'],
    ['that of the connection when the proxy names a scope', ['127.0.0.1'], `fe80::1%${'x'.repeat(99)}`, '127.0.0.1'],
    ['that of the connection when another proxy is trusted', ['192.0.2.1'], '203.0.113.9', '127.0.0.1'],
  ])('is %s', async (_, trustedProxies, forwarded, address) => {
    const { server, calls } = await open({ trustedProxies });
    await server.inject({ method: 'GET', url: messages, headers: { ...asAda, 'x-forwarded-for': forwarded } });
    expect(calls[0]).toMatchObject({ address, ipClass: address === '127.0.0.1' ? 'loopback' : 'public' });
  });
});

describe('the method OPTIONS', () => {
  it('without an origin is none of those of a path', async () => {
    const { server } = await open({});
    const response = await server.inject({ method: 'OPTIONS', url: messages });
    expect([response.statusCode, response.headers.allow]).toEqual([405, 'POST, GET']);
  });

  it('from a page that may call says how it may', async () => {
    const { server } = await open({});
    const response = await server.inject({ method: 'OPTIONS', url: messages, headers: { origin: ownOrigin } });
    expect(response.statusCode).toBe(204);
    expect(response.headers['access-control-allow-methods']).toBe('GET, POST, PATCH, DELETE');
  });
});

describe('closing the server', () => {
  const post = (port: number): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${messages}`, {
      method: 'POST',
      headers: { ...asAda, 'content-type': 'application/json' },
      body,
    });
  const arrived = async (): Promise<void> => {
    while (edge?.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
  };

  it('lets a request that is under way be answered', async () => {
    const { promise: until, resolve: answer } = Promise.withResolvers<void>();
    const port = await listening({ until });
    const response = post(port);
    await arrived();
    const closed = closeHttpServer((edge as Edge).server, 60_000);
    answer();
    expect((await response).status).toBe(201);
    await closed;
    await expect(post(port)).rejects.toThrow('fetch failed');
  });

  it('cuts off what takes longer than it is given', async () => {
    const port = await listening({ until: new Promise(() => {}) });
    const cutOff = post(port).catch((error: unknown) => error);
    await arrived();
    await closeHttpServer((edge as Edge).server, 1);
    expect(await cutOff).toMatchObject({ message: expect.stringMatching(/fetch failed|terminated/) as string });
  });
});
