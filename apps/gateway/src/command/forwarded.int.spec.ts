import { randomUUID } from 'node:crypto';
import type { OperationCall, OperationHandler } from '@verbatim/http-edge';
import { protocolError } from '@verbatim/protocol';
import { runGateway, someActor, tokenOf, type RunningGateway } from '../testkit/gateway.fixtures.js';
import { TestClient } from '../testkit/test-client.fixtures.js';

const ada = someActor();
const credentials = { userName: 'ada', password: 'correct horse battery' };

describe('what a gateway hands to the command-api', () => {
  let running: RunningGateway;
  let calls: OperationCall[];
  const answering = async (commands: OperationHandler): Promise<void> => {
    calls = [];
    running = await runGateway({
      forwarded: ['account.login', 'message.send'],
      env: { TRUSTED_PROXIES: '127.0.0.1' },
      commands: (call) => {
        calls.push(call);
        return commands(call);
      },
    });
  };
  afterEach(() => running.close());

  const post = (path: string, body: object, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(running.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  it('is a login with the address of the client, as the proxy says it', async () => {
    await answering(async () => ({ ok: true, status: 200, dText: '{"accessToken":"x"}' }));
    const response = await post('/v1/auth/login', credentials, { 'x-forwarded-for': '203.0.113.7' });
    expect([response.status, await response.json()]).toEqual([200, { accessToken: 'x' }]);
    expect(calls).toMatchObject([
      { op: 'account.login', actor: null, d: credentials, address: '203.0.113.7', ipClass: 'public' },
    ]);
  });

  it('is a message with its author, over HTTP and over the socket alike', async () => {
    await answering(async () => ({ ok: true, status: 201, dText: '{"seq":1}' }));
    const conversationId = randomUUID();
    const message = { clientMsgId: randomUUID(), body: 'hello' };
    const authorization = `Bearer ${tokenOf(ada)}`;
    await post(`/v1/conversations/${conversationId}/messages`, message, { authorization });
    const client = await TestClient.connect(running.port, ada);
    await client.request('message.send', { conversationId, ...message });
    const same = { op: 'message.send', actor: { ...ada, role: 'user' }, d: { conversationId, ...message } };
    expect(calls).toMatchObject([same, same]);
  });

  it('is never what has no token, or no form', async () => {
    await answering(async () => ({ ok: true, status: 201, dText: '{}' }));
    const path = `/v1/conversations/${randomUUID()}/messages`;
    const statuses = [
      (await post(path, { clientMsgId: randomUUID(), body: 'hello' })).status,
      (await post('/v1/auth/login', { userName: 'ada' })).status,
    ];
    expect([statuses, calls]).toEqual([[401, 400], []]);
  });

  it('comes back as the problem that it was refused with', async () => {
    await answering(async ({ traceId }) => ({ ok: false, error: protocolError('unavailable', { traceId }) }));
    const response = await post('/v1/auth/login', credentials);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await response.json()).toMatchObject({ code: 'unavailable', retryable: true });
  });
});
