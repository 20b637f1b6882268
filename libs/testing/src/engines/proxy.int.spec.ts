import type { Socket } from 'node:net';
import { describeWithEngines } from './describe-with-engine.js';
import { connection, redisCommand } from './engines.fixtures.js';
import { type FaultProxy, proxy } from './proxy.js';
import { ENGINE_HOOK_MAX_MS, type RunningEngine } from './running-engine.js';

const DELAY_MS = 300;

describe('a proxy with faults', () => {
  describeWithEngines(['toxiproxy', 'redis'], (engines) => {
    let redis: RunningEngine;
    let toxiproxy: RunningEngine;
    let way: FaultProxy;

    beforeAll(async () => {
      [toxiproxy, redis] = await Promise.all([engines.toxiproxy.start(), engines.redis.start()]);
    }, ENGINE_HOOK_MAX_MS);
    beforeEach(async () => {
      way = await proxy(toxiproxy, redis.url);
    });
    afterEach(() => way.remove());

    /** Resolves with what comes first: an answer, `closed`, or the code of the error that ends the connection. */
    const nextOf = (socket: Socket): Promise<string> =>
      new Promise((resolve) => {
        socket.once('data', (chunk) => resolve(chunk.toString('latin1').trimEnd()));
        socket.once('error', (error) => resolve((error as NodeJS.ErrnoException).code ?? error.message));
        socket.once('close', () => resolve('closed'));
      });

    it('lets everything through at first', async () => {
      expect(way.url).toBe(`redis://127.0.0.1:${way.port}`);
      expect(await redisCommand(way, 'PING')).toBe('+PONG');
    });

    it('hangs: accepts, and answers only after it has healed, on a new connection', async () => {
      const open = await connection(way.port);
      await way.hang();
      const late = await connection(way.port);
      const answers = [open, late].map((socket) => nextOf(socket));
      for (const socket of [open, late]) socket.write('SET hung 1\r\n');
      expect(await redisCommand(redis, 'EXISTS hung')).toBe(':0');
      await way.heal();
      expect(await Promise.all(answers)).toEqual(['closed', 'closed']);
      expect(await redisCommand(way, 'EXISTS hung')).toBe(':0');
    });

    it('is cut: open connections end and new ones are refused, until it is healed', async () => {
      const open = await connection(way.port);
      const answer = nextOf(open);
      await way.cut();
      expect(await answer).toBe('closed');
      await expect(connection(way.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      await way.heal();
      expect(await redisCommand(way, 'PING')).toBe('+PONG');
    });

    it('resets connections that it has accepted', async () => {
      await way.reset();
      const socket = await connection(way.port);
      const answer = nextOf(socket);
      socket.write('PING\r\n');
      expect(await answer).toBe('ECONNRESET');
      await way.heal();
      expect(await redisCommand(way, 'PING')).toBe('+PONG');
    });

    it('slows the answers down, and not what is sent', async () => {
      await way.slow(DELAY_MS);
      const startedAtMs = performance.now();
      expect(await redisCommand(way, 'PING')).toBe('+PONG');
      expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(DELAY_MS - 1);
    });

    it('replaces one fault by the next', async () => {
      await way.hang();
      await way.slow(1);
      expect(await redisCommand(way, 'PING')).toBe('+PONG');
      await way.cut();
      await way.hang();
      const socket = await connection(way.port);
      socket.destroy();
      await way.heal();
      expect(await redisCommand(way, 'PING')).toBe('+PONG');
    });

    it('stands before a server that is not there yet', async () => {
      const early = await proxy(toxiproxy, '127.0.0.1:1');
      expect(early.url).toBe(`127.0.0.1:${early.port}`);
      const socket = await connection(early.port);
      expect(await nextOf(socket)).toBe('closed');
      await early.remove();
    });

    it('says what toxiproxy answered to a proxy that it cannot make', async () => {
      await expect(proxy(toxiproxy, redis.url, redis.port)).rejects.toThrow(/toxiproxy: POST \/proxies was answered 5/);
    });
  });
});
