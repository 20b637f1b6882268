import { gzipSync } from 'node:zlib';
import { type Edge, ada, conversationId, openEdge, ownOrigin } from './http-edge.fixtures.js';

const messages = `/v1/conversations/${conversationId}/messages`;
const asAda = { authorization: 'Bearer good' };
const asJson = { 'content-type': 'application/json' };
const body = { clientMsgId: '01890000-0000-4000-8000-0000000000f1', body: 'hello' };

let edge: Edge;
beforeEach(async () => {
  edge = await openEdge();
});
afterEach(() => edge.server.close());

const post = (url: string, payload: string | Buffer, headers: Record<string, string> = asJson) =>
  edge.server.inject({ method: 'POST', url, headers: { ...asAda, ...headers }, payload });

describe('an operation over HTTP', () => {
  it('reaches its handler with path, body, actor and trace together', async () => {
    const response = await post(messages, JSON.stringify(body), {
      ...asJson,
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      'chat-cursor': 'here',
    });
    expect([response.statusCode, response.body]).toEqual([201, '{"seq":7}']);
    expect(edge.calls).toEqual([
      {
        op: 'message.send',
        actor: ada,
        d: { ...body, conversationId },
        traceId: '0af7651916cd43dd8448eb211c80319c',
        address: '127.0.0.1',
        ipClass: 'loopback',
        chatCursor: 'here',
      },
    ]);
  });

  it('takes the id of a command from the idempotency header', async () => {
    const headers = { ...asAda, 'idempotency-key': body.clientMsgId };
    await edge.server.inject({ method: 'POST', url: `/v1/conversations/${conversationId}/join`, headers });
    expect(edge.calls[0]?.d).toEqual({ conversationId, commandId: body.clientMsgId });
  });

  it('answers what nobody foresaw as an internal error without its text', async () => {
    await edge.server.close();
    edge = await openEdge({ fails: true });
    const response = await post(messages, JSON.stringify(body));
    expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([500, 'internal']);
    expect(response.body).not.toContain('broke');
    expect(edge.errors).toHaveLength(1);
  });

  it('beyond its rate is answered 429 with the wait, and not executed', async () => {
    await edge.server.close();
    edge = await openEdge({
      decision: { allowed: false, limit: 5, remaining: 0, resetMs: 1_500, retryAfterMs: 1_500 },
    });
    const response = await post(messages, JSON.stringify(body));
    expect(response.statusCode).toBe(429);
    expect(response.headers).toMatchObject({
      'retry-after': '2',
      'ratelimit-limit': '5',
      'ratelimit-remaining': '0',
      'ratelimit-reset': '2',
    });
    expect(edge.calls).toEqual([]);
  });
});

describe('a body that is no plain JSON object in UTF-8', () => {
  const deep = '['.repeat(30_000) + ']'.repeat(30_000);
  it.each([
    ['malformed', '{"a":', 400, 'malformed-json'],
    ['followed by more', '{} {}', 400, 'malformed-json'],
    ['with a byte order mark', '\ufeff{}', 400, 'malformed-json'],
    ['in UTF-16', Buffer.from(JSON.stringify(body), 'utf16le'), 400, 'malformed-json'],
    ['with broken UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 400, 'malformed-json'],
    ['empty', '', 400, 'malformed-json'],
    ['null', 'null', 400, 'malformed-json'],
    ['an array', '[]', 400, 'malformed-json'],
    ['a number', '7', 400, 'malformed-json'],
    ['nested without end', `{"body":${deep}}`, 400, 'invalid-request'],
    ['poisoning a prototype', '{"__proto__":{"admin":true}}', 400, 'malformed-json'],
    ['poisoning through a constructor', '{"constructor":{"prototype":{"admin":true}}}', 400, 'malformed-json'],
    ['of 100 KB', JSON.stringify({ body: 'x'.repeat(100_000) }), 413, 'payload-too-large'],
  ])('is refused: %s', async (_, payload, status, code) => {
    const response = await post(messages, payload);
    expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([status, code]);
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(edge.calls).toEqual([]);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it.each([
    ['text/plain'],
    ['application/x-www-form-urlencoded'],
    ['application/json; charset=utf-16'],
    ['application/jsonp'],
  ])('is refused as %s', async (type) => {
    const response = await post(messages, JSON.stringify(body), { 'content-type': type });
    expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([415, 'unsupported-media-type']);
  });

  it('is refused when it is packed', async () => {
    const response = await post(messages, gzipSync(JSON.stringify(body)), { ...asJson, 'content-encoding': 'gzip' });
    expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([415, 'unsupported-media-type']);
  });
});

describe('a query that is not plain', () => {
  it.each([
    ['limit=12abc'],
    ['limit='],
    ['limit=1.5'],
    ['limit=-1'],
    ['limit=1e9'],
    ['limit=201'],
    ['limit[]=1'],
    ['limit=1&limit=2'],
    ['limit[$ne]=1'],
    ['unknown=1'],
    ['limit=%zz'],
    ['__proto__=1'],
    ['afterSeq=9007199254740993'],
    ['afterSeq=1&beforeSeq=9'],
  ])('is refused: %s', async (query) => {
    const response = await edge.server.inject({ url: `${messages}?${query}`, headers: asAda });
    expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([400, 'invalid-request']);
  });

  it('reads numbers as numbers', async () => {
    await edge.server.inject({ url: `${messages}?afterSeq=-1&limit=200`, headers: asAda });
    expect(edge.calls[0]?.d).toEqual({ conversationId, afterSeq: -1, limit: 200 });
  });
});

describe('a caller without a good token', () => {
  it.each([
    ['no header', {}, 'not-authenticated'],
    ['another scheme', { authorization: 'Basic Z29vZA==' }, 'token-invalid'],
    ['a wrong token', { authorization: 'Bearer bad' }, 'token-invalid'],
    ['two tokens', { authorization: 'Bearer good good' }, 'token-invalid'],
  ])('is answered 401: %s', async (_, headers, code) => {
    const response = await edge.server.inject({ url: messages, headers });
    expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([401, code]);
    expect(response.headers['www-authenticate']).toBe('Bearer');
  });

  it('may not put the token into the address', async () => {
    const response = await edge.server.inject({ url: `${messages}?access_token=good`, headers: asAda });
    expect(response.json<{ code: string }>().code).toBe('token-in-url');
    expect(response.body).not.toContain('good');
  });
});

describe('an address or method that is not there', () => {
  it.each([
    ['GET', '/nowhere', 404, 'not-found'],
    ['GET', '//v1/users', 404, 'not-found'],
    ['GET', '/%2e%2e/etc', 404, 'not-found'],
    ['GET', '/v1/users/%', 404, 'not-found'],
    ['GET', `/v1/conversations/${'a'.repeat(5_000)}/messages`, 400, 'invalid-request'],
    ['PUT', messages, 405, 'method-not-allowed'],
    ['DELETE', '/v1/auth/login', 405, 'method-not-allowed'],
  ] as const)('is answered: %s %s', async (method, url, status, code) => {
    const response = await edge.server.inject({ method, url, headers: asAda });
    expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([status, code]);
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(response.json<{ traceId: string }>().traceId).toMatch(/^[0-9a-f]{32}$/);
  });

  it('names the methods that are', async () => {
    const response = await edge.server.inject({ method: 'PUT', url: messages });
    expect(response.headers.allow?.split(', ').sort()).toEqual(['GET', 'POST']);
  });
});

describe('a page of another origin', () => {
  it.each([['https://evil.example'], ['https://chat.example.evil.com'], ['null'], ['http://chat.example']])(
    'is refused: %s',
    async (origin) => {
      const response = await edge.server.inject({ method: 'OPTIONS', url: messages, headers: { origin } });
      expect(response.statusCode).toBe(403);
      expect(response.headers['access-control-allow-origin']).toBeUndefined();
    },
  );

  it('is told what it may do when it is on the list', async () => {
    const response = await edge.server.inject({ method: 'OPTIONS', url: messages, headers: { origin: ownOrigin } });
    expect(response.statusCode).toBe(204);
    expect(response.headers['access-control-allow-origin']).toBe(ownOrigin);
  });
});
