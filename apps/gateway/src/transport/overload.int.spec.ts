import { randomUUID } from 'node:crypto';
import type { UserId } from '@verbatim/domain';
import { jest } from '@jest/globals';
import type { Limit } from '@verbatim/http-edge';
import { runGateway, someActor, tokenOf, type RunningGateway } from '../testkit/gateway.fixtures.js';
import { RawClient, rawFrame, upgradeRequest } from '../testkit/raw-client.fixtures.js';
import { TestClient } from '../testkit/test-client.fixtures.js';

const ada = someActor();
const adaId = ada.userId as UserId;
const bobId = randomUUID() as UserId;

describe('too much of something', () => {
  let running: RunningGateway;
  afterEach(() => running.close());

  it('sends above the budget are told when to come back, and what was acked is kept', async () => {
    running = await runGateway({ env: { GATEWAY_BURST_FRAMES: '20', GATEWAY_FRAMES_PER_SECOND: '1' } });
    const conversationId = await running.writer.direct(adaId, bobId);
    const client = await TestClient.connect(running.port, ada);
    const asked = Array.from({ length: 100 }, () =>
      client.ask('message.send', { conversationId, clientMsgId: randomUUID(), body: 'x' }),
    );
    const replies = await Promise.all(asked);
    const acked = replies.filter(({ ok }) => ok).map(({ d }) => d.seq);
    const refused = replies.filter(({ ok }) => !ok).map(({ error }) => error);
    expect(acked.length).toBeGreaterThanOrEqual(19);
    expect(refused.length).toBeGreaterThan(0);
    for (const error of refused)
      expect(error).toMatchObject({ code: 'rate-limited', retryable: true, retryAfterMs: 1_000 });
    const { headRevision } = await running.store.readStream(`conversation-${conversationId}` as never, { maxCount: 1 });
    expect(headRevision).toBe(Math.max(...acked));
  });

  it('a flood that does not wait is closed 4004', async () => {
    running = await runGateway({ env: { GATEWAY_BURST_FRAMES: '1', GATEWAY_FRAMES_PER_SECOND: '1' } });
    const client = await TestClient.open(running.port);
    for (let count = 0; count < 2_100; count += 1) client.send({ id: count, op: 'ping' });
    expect((await client.closed()).code).toBe(4004);
  });

  it('a flood of pings is closed, and its pongs are bounded', async () => {
    running = await runGateway({ env: { GATEWAY_BURST_FRAMES: '10', GATEWAY_FRAMES_PER_SECOND: '1' } });
    const client = await RawClient.upgraded(running.port);
    client.socket.write(Buffer.concat(Array<Buffer>(3_000).fill(rawFrame(0x89, Buffer.from('ping')))));
    expect(await client.closeCode()).toBe(4004);
    expect(client.text.match(/ping/g)?.length ?? 0).toBeLessThanOrEqual(20);
  });

  it('a client that reads nothing is cut off within its bytes and resumes where it was, while others are served', async () => {
    running = await runGateway({ env: { GATEWAY_OUTBOUND_QUEUE_MAX_BYTES: '65536' } });
    const conversationId = await running.writer.direct(adaId, bobId);
    const { cur } = await (await TestClient.connect(running.port, someActor(adaId))).settle();
    const deaf = await TestClient.connect(running.port, ada);
    const other = await TestClient.connect(running.port, someActor(bobId));
    deaf.socket.pause();
    const body = 'x'.repeat(16_000);
    let seq = 0;
    while (!(await isCut(running))) seq = await running.writer.send(conversationId, bobId, body);
    await other.push('message.sent', (d) => d.seq === seq);
    deaf.socket.resume();
    expect((await deaf.closed()).code).toBe(4003);
    const back = await TestClient.connect(running.port, ada, deaf.lastCursor ?? cur);
    await running.writer.send(conversationId, bobId, 'last');
    await back.push('message.sent', (d) => d.body === 'last');
    const all = [...deaf.seqs(conversationId), ...back.seqs(conversationId)];
    expect(all).toEqual(Array.from({ length: seq + 1 }, (_, index) => index + 1));
  });

  const isCut = async ({ gateway, url }: RunningGateway): Promise<boolean> => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(gateway.checks()).toMatchObject({ feed: 'ok' });
    return /gateway_closes_total\{reason="slow-consumer"\} 1/.test(metrics);
  };

  it('one connection too many of a user is closed 4505', async () => {
    running = await runGateway({ env: { GATEWAY_CONNECTIONS_PER_USER_MAX: '2' } });
    await TestClient.connect(running.port, someActor(adaId));
    await TestClient.connect(running.port, someActor(adaId));
    const third = await TestClient.open(running.port);
    await expect(third.auth(someActor(adaId))).rejects.toThrow('too-many-sessions');
    expect((await third.closed()).code).toBe(4505);
  });

  it('one socket too many is answered 503 with Retry-After, and a place that is left can be taken', async () => {
    running = await runGateway({ env: { GATEWAY_CONNECTIONS_MAX: '1' } });
    const first = await TestClient.open(running.port);
    const refused = await RawClient.open(running.port);
    refused.socket.write('GET /v1/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n');
    refused.socket.write('Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n');
    expect(await refused.status()).toBe(503);
    expect(refused.text).toMatch(/Retry-After: \d+/);
    await first.leave();
    await expect(connectSoon(running.port)).resolves.toBeInstanceOf(TestClient);
  });

  const limitOf = (socketsMax: number): Limit => {
    let opened = 0;
    const rest = { limit: socketsMax, remaining: 0, resetMs: 60_000 };
    return ({ rateLimit }, { address }) => {
      if (rateLimit !== 'connect') return null;
      expect(address).toBe('127.0.0.1');
      return { ...rest, allowed: (opened += 1) <= socketsMax, retryAfterMs: 1_500 };
    };
  };

  it('sockets that are opened too fast are answered 429 with the wait, and take no place', async () => {
    running = await runGateway({ limit: limitOf(1), env: { GATEWAY_CONNECTIONS_MAX: '1' } });
    const first = await TestClient.connect(running.port, ada);
    const second = await RawClient.open(running.port);
    second.socket.write(upgradeRequest());
    expect(await second.status()).toBe(429);
    expect(second.text).toMatch(/Retry-After: 2\r\n/);
    expect(second.text).toContain('"rate-limited"');
    expect(await first.ask('ping', {})).toMatchObject({ ok: true });
  });

  it('a count that fails is answered 500, and the next socket opens', async () => {
    let isBroken = true;
    const limit = (): Promise<null> => (isBroken ? Promise.reject(new Error('no counter')) : Promise.resolve(null));
    running = await runGateway({ limit });
    const refused = await RawClient.open(running.port);
    refused.socket.write(upgradeRequest());
    expect(await refused.status()).toBe(500);
    isBroken = false;
    await expect(TestClient.connect(running.port, ada)).resolves.toBeInstanceOf(TestClient);
  });

  /** The server hears of a hang-up a moment after the client. */
  const connectSoon = async (port: number): Promise<TestClient> => {
    for (;;) {
      const client = await TestClient.open(port).catch(() => null);
      if (client !== null) return client;
    }
  };
});

describe('time passing', () => {
  let running: RunningGateway;
  beforeEach(async () => {
    jest.useFakeTimers({
      doNotFake: [
        'nextTick',
        'queueMicrotask',
        'setImmediate',
        'clearImmediate',
        'setTimeout',
        'clearTimeout',
        'Date',
        'performance',
        'hrtime',
      ],
    });
    running = await runGateway();
  });
  afterEach(async () => {
    jest.useRealTimers();
    await running.close();
  });

  it('closes 4506 who has not authenticated in five seconds', async () => {
    const client = await TestClient.open(running.port);
    await client.push('hello');
    jest.advanceTimersByTime(4_000);
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    jest.advanceTimersByTime(2_000);
    expect((await client.closed()).code).toBe(4506);
  });

  it('sends away for a moment, not for good, whose `auth` is not answered in five seconds', async () => {
    const asked = Promise.withResolvers<void>();
    running.authority.isActive = () => {
      asked.resolve();
      return new Promise<boolean>(() => undefined) as never; // nobody answers
    };
    const client = await TestClient.open(running.port);
    client.send({ id: 1, op: 'auth', d: { token: tokenOf(ada) } });
    await asked.promise;
    jest.advanceTimersByTime(6_000);
    expect((await client.push('goaway')).d.afterMs).toEqual(expect.any(Number));
    expect((await client.closed()).code).toBe(4000);
  });

  it('closes 4002 who has been silent for a minute, and nobody who was heard', async () => {
    const silent = await TestClient.connect(running.port, someActor());
    const heard = await TestClient.connect(running.port, someActor());
    jest.advanceTimersByTime(40_000);
    await heard.settle();
    jest.advanceTimersByTime(22_000);
    expect((await silent.closed()).code).toBe(4002);
    expect((await heard.settle()).n).toBe(0);
  });

  it('says a minute ahead that the token expires, then closes 4005', async () => {
    const client = await TestClient.open(running.port);
    await client.request('auth', { token: tokenOf(ada, 50_000), deviceId: ada.deviceId, client: 'spec' });
    jest.advanceTimersByTime(1_100);
    expect(Date.parse((await client.push('token.expiring')).d.expiresAt)).toBeGreaterThan(Date.now());
    jest.advanceTimersByTime(51_000);
    expect((await client.closed()).code).toBe(4005);
  });

  it('keeps a connection whose token was renewed', async () => {
    const client = await TestClient.open(running.port);
    await client.request('auth', { token: tokenOf(ada, 30_000), deviceId: ada.deviceId, client: 'spec' });
    await client.request('auth.refresh', { token: tokenOf(ada) });
    jest.advanceTimersByTime(45_000);
    expect((await client.settle()).n).toBe(0);
  });
});
