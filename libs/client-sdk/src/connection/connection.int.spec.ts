import type { ConnectionState } from './connection-state.js';
import { Scene } from '../client/client.fixtures.js';
import type { Person } from '../client/client.fixtures.js';

let scene: Scene;
beforeEach(async () => {
  scene = await Scene.open();
});
afterEach(() => scene.close());

const backingOff = (person: Person) =>
  person.client.next('connection', (state) => state.status === 'backing-off') as Promise<
    Extract<ConnectionState, { status: 'backing-off' }>
  >;
const closed = (person: Person) =>
  person.client.next('connection', (state) => state.status === 'closed') as Promise<
    Extract<ConnectionState, { status: 'closed' }>
  >;
const live = (person: Person) => person.client.next('connection', ({ status }) => status === 'live');

describe('a connection', () => {
  it('goes through its states in order', async () => {
    const { ada } = await scene.adaAndBob();
    const seen: string[] = [];
    ada.client.on('connection', ({ status }) => seen.push(status));
    const again = live(ada);
    scene.server.connections[0]?.socket.terminate();
    await again;
    expect(seen).toEqual(['backing-off', 'connecting', 'authenticating', 'live']);
  });

  it('says nothing before it is authenticated but auth and ping', async () => {
    const { ada } = await scene.adaAndBob();
    await ada.client.call('user.me', {});
    expect(scene.server.connections[0]?.requests[0]?.op).toBe('auth');
  });

  it('has one attempt in flight, whatever is asked of it', async () => {
    const { ada } = await scene.adaAndBob();
    const before = scene.server.connections.length;
    const again = live(ada);
    scene.server.connections[0]?.socket.terminate();
    await Promise.all([ada.client.connect(), ada.client.connect()]);
    ada.client.reconnectNow();
    ada.client.reconnectNow();
    await again;
    expect(scene.server.connections.length).toBe(before + 1);
  });
});

describe('a close code', () => {
  it.each([1000, 1001, 1011, 4000, 4001, 4002, 4003, 4004, 4006, 4007, 4499])(
    '%i is followed by a new connection',
    async (code) => {
      const { ada } = await scene.adaAndBob();
      const again = live(ada);
      scene.server.connections[0]?.socket.close(code);
      await again;
      expect(ada.client.state).toEqual({ status: 'live' });
    },
  );

  it.each([4501, 4502, 4503, 4504, 4505, 4506, 4999])('%i is the end', async (code) => {
    const { ada } = await scene.adaAndBob();
    const end = closed(ada);
    scene.server.connections[0]?.socket.close(code, 'because');
    expect(await end).toEqual({ status: 'closed', reason: { kind: 'refused', code, text: 'because' } });
    await expect(ada.client.call('user.me', {})).rejects.toMatchObject({ name: 'ClientClosedError' });
  });

  it('4005 is followed by a connection with a fresh token', async () => {
    const { ada } = await scene.adaAndBob();
    const again = live(ada);
    scene.server.connections[0]?.socket.close(4005);
    await again;
    const tokens = scene.server.connections.map(({ requests }) => requests[0]?.d['token']);
    expect(tokens[2]).not.toBe(tokens[0]);
    expect(scene.server.httpRequests).toContain('/v1/auth/refresh');
  });
});

describe('a token that is not taken', () => {
  it('is renewed once', async () => {
    const { ada } = await scene.adaAndBob();
    scene.server.expireAccessTokens();
    const again = live(ada);
    scene.server.connections[0]?.socket.terminate();
    await again;
    expect(scene.server.httpRequests.filter((path) => path === '/v1/auth/refresh')).toHaveLength(1);
  });

  it('and cannot be renewed signs out', async () => {
    const { ada } = await scene.adaAndBob();
    scene.server.endSessions();
    const end = closed(ada);
    scene.server.connections[0]?.socket.terminate();
    expect(await end).toEqual({ status: 'closed', reason: { kind: 'signed-out', code: 'refresh-token-invalid' } });
    expect(ada.userId).toBe('');
  });

  it('is renewed in place before it expires', async () => {
    scene.server.script.tokenLifetimeMs = 60;
    await scene.person('ada', { limits: { tokenRefreshLeadMs: 20, tokenRefreshIntervalMs: 1 } });
    await scene.server.until(() => scene.server.requestsOf('auth.refresh').length >= 2);
    const [first, second] = scene.server.requestsOf('auth.refresh').map(({ d }) => d['token']);
    expect(first).not.toBe(second);
    expect(scene.server.connections).toHaveLength(1);
  });

  it('is renewed when the server says that it expires', async () => {
    await scene.person('ada');
    scene.server.latest.push({ ev: 'token.expiring', d: { expiresAt: '2026-01-01T00:00:00.000Z' } });
    await scene.server.until(() => scene.server.requestsOf('auth.refresh').length === 1);
    expect(scene.server.httpRequests).toContain('/v1/auth/refresh');
  });
});

describe('a peer that is silent', () => {
  it('before hello is left', async () => {
    const { ada } = await scene.adaAndBob({ limits: { helloTimeoutMs: 30 } });
    const first = backingOff(ada);
    scene.server.script.silentHello = true;
    scene.server.connections[0]?.socket.terminate();
    expect(await first).toMatchObject({ code: 1006 });
    expect(await backingOff(ada)).toMatchObject({ code: 4002, text: 'no hello' });
  });

  it('after hello, as a half-open one is, is left after one and a half heartbeats', async () => {
    scene.server.script.heartbeatMs = 40;
    const { ada } = await scene.adaAndBob();
    const end = backingOff(ada);
    scene.server.connections[0]?.socket.pause();
    expect(await end).toMatchObject({ code: 4002, text: 'silence' });
    await live(ada);
  });

  it('but pings are answered: the connection stays', async () => {
    scene.server.script.heartbeatMs = 10;
    await scene.person('ada');
    await scene.server.until(() => scene.server.requestsOf('ping').length === 5);
    expect(scene.server.connections).toHaveLength(1);
  });
});

describe('a server that misbehaves', () => {
  it.each([
    '{',
    '[]',
    'null',
    '{"ev":7,"d":{}}',
    '{"re":1,"ok":true}',
    '{"ev":"hidden","d":{"conversationId":"x","seq":1.5}}',
  ])('with the frame %s is left, and the next connection resumes', async (frame) => {
    const { ada, bob } = await scene.adaAndBob();
    const end = backingOff(ada);
    scene.server.connections[0]?.socket.send(frame);
    expect(await end).toMatchObject({ code: 4006 });
    await scene.say(bob, 'after');
    await ada.hears('after');
    expect(ada.seqs()).toEqual([0, 1]);
  });

  it('with an event of a later version is followed', async () => {
    const { ada, bob } = await scene.adaAndBob();
    scene.server.connections[0]?.socket.send('{"ev":"message.sung","d":{"conversationId":"x"}}');
    await scene.say(bob, 'after');
    await ada.hears('after');
    expect(scene.server.connections).toHaveLength(2);
  });
});

describe('goaway', () => {
  it('holds the next connection back as long as the server asks', async () => {
    const { ada } = await scene.adaAndBob();
    const end = backingOff(ada);
    scene.server.connections[0]?.push({ ev: 'goaway', d: { afterMs: 60_000 } });
    scene.server.connections[0]?.socket.close(4001);
    expect((await end).delayMs).toBeGreaterThan(50_000);
    ada.client.reconnectNow();
    expect(ada.client.state.status).toBe('backing-off');
  });

  it('is obeyed by the client when the server does not close', async () => {
    const { ada } = await scene.adaAndBob();
    const again = live(ada);
    scene.server.connections[0]?.push({ ev: 'goaway', d: { afterMs: 5 } });
    await again;
    expect(ada.client.state.status).toBe('live');
  });
});

describe('a request without an answer', () => {
  it('has an unknown outcome when its time is up', async () => {
    const { ada } = await scene.adaAndBob({ limits: { requestTimeoutMs: 5, callDeadlineMs: 250 } });
    scene.server.script.intercepts = ({ op }) => op === 'group.create';
    const call = ada.client.call('group.create', { name: 'tea', visibility: 'open' });
    await expect(call).rejects.toMatchObject({ name: 'OutcomeUnknownError' });
    expect(scene.server.requestsOf('group.create').length).toBeGreaterThan(1);
  });

  it('was not sent when no connection came in time', async () => {
    const { ada } = await scene.adaAndBob({
      limits: { callDeadlineMs: 20, reconnectBaseMs: 60_000, reconnectMaxMs: 60_000 },
    });
    const end = backingOff(ada);
    scene.server.connections[0]?.socket.terminate();
    await end;
    await expect(ada.client.call('user.me', {})).rejects.toMatchObject({ name: 'NotSentError' });
  });

  it('is rejected with the code of the server', async () => {
    const { ada } = await scene.adaAndBob();
    const call = ada.client.call('user.get', { userName: 'nobody' });
    await expect(call).rejects.toMatchObject({ name: 'RequestRejectedError', code: 'user-not-found' });
  });
});
