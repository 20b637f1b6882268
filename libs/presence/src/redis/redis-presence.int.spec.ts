import { createLogger, pause } from '@verbatim/platform';
import { openRedis, type RedisConnection } from '@verbatim/redis';
import { settableClock } from '@verbatim/testing/clock';
import { describeWithEngine, type RunningEngine } from '@verbatim/testing/engines';
import { listenTo, presenceRegistryContract, sharedPresenceContract } from '../presence-registry.contract.js';
import type { PresenceRegistry } from '../presence-registry.js';
import { openRedisPresence } from './open-redis-presence.js';
import { LEASE_RENEWED_EVERY_MS, LEASE_TTL_MS, SETTLING_MS } from './presence-limits.js';

/** A busy machine may be slow; what the contracts try does not depend on time. */
const PATIENT = { commandLimitMs: 10_000 };
const logger = createLogger({ name: 'spec', level: 'silent' });

describeWithEngine('redis', (engine) => {
  let server: RunningEngine;
  let redis: RedisConnection;
  const movable = () => {
    const clock = settableClock();
    return { ...clock, advance: clock.advanceMs };
  };
  let clock = movable();

  beforeAll(async () => {
    server = await engine.start();
  });
  afterAll(() => server.dispose());
  // A new one for each: that of the test before may still be on its way back.
  beforeEach(async () => {
    redis = await openRedis(server.url, { variable: 'PRESENCE_URL', use: 'presence', logger });
  });
  afterEach(() => redis.close());

  /** A Redis that knows nobody, and has long enough. */
  const settled = async (): Promise<void> => {
    clock = movable();
    await redis.send(['FLUSHALL']);
    const [, run = ''] = /^run_id:(\S+)/m.exec(String(await redis.send(['INFO', 'server']))) ?? [];
    await redis.send(['SET', 'verbatim:presence:server', run]);
    await redis.send(['SET', 'verbatim:presence:since', String(clock.nowMs() - SETTLING_MS)]);
  };
  const openAt = (gatewayId: string, offlineGraceMs: number, limits = {}): Promise<PresenceRegistry> => {
    const at = clock;
    return openRedisPresence(server.url, {
      gatewayId,
      clock: at,
      logger,
      offlineGraceMs,
      redisNowMs: () => at.nowMs(),
      ...limits,
    });
  };

  presenceRegistryContract('redis', async (graceMs) => {
    await settled();
    return { registry: await openAt('gateway', graceMs, PATIENT), clock };
  });
  sharedPresenceContract('redis', async (graceMs) => {
    await settled();
    return { another: (gatewayId) => openAt(gatewayId, graceMs, PATIENT), clock };
  });

  describe('a gateway or a Redis that fails', () => {
    const opened: PresenceRegistry[] = [];
    let north: PresenceRegistry;
    let south: PresenceRegistry;
    const statusOf = async (registry: PresenceRegistry, userId: string) =>
      (await registry.statusOf([userId]))[0]?.status;
    const another = async (gatewayId: string): Promise<PresenceRegistry> => {
      const presence = await openAt(gatewayId, 0);
      opened.push(presence);
      return presence;
    };
    beforeEach(async () => {
      await settled();
      north = await another('north');
      south = await another('south');
    });
    afterEach(() => Promise.all(opened.splice(0).map((presence) => presence.close())));

    /** Ticks as gateways do, until it is so. */
    const until = async (isSo: () => Promise<boolean>): Promise<void> => {
      while (!(await isSo())) {
        for (const registry of [north, south]) registry.tick();
        await pause(5);
      }
    };
    const isUp = (): boolean => opened.every((each) => each.isUp);

    it('loses a gateway that is killed, with the users that it held alone, when its lease ends', async () => {
      south.watch('ada');
      const heard = listenTo(south);
      north.connected('ada', 'one', 'phone');
      north.connected('bob', 'one', 'phone');
      south.connected('bob', 'two', 'laptop');
      await Promise.all([north.whereAre(['ada']), south.whereAre(['bob'])]);
      clock.advance(SETTLING_MS);
      for (const registry of [north, south]) registry.tick();
      await north.statusOf(['cleo']);
      const lastLifeMs = clock.nowMs();
      // From here on the north does nothing more, as if it had been killed.
      for (let passedMs = 0; passedMs < LEASE_TTL_MS - 1; passedMs += 10_000) {
        expect(await statusOf(south, 'ada')).toBe('online');
        clock.advance(Math.min(10_000, LEASE_TTL_MS - 1 - passedMs));
        south.tick();
      }
      expect(await statusOf(south, 'ada')).toBe('online');
      clock.advance(1);
      expect(await statusOf(south, 'ada')).toBe('unknown');
      clock.advance(LEASE_RENEWED_EVERY_MS);
      south.tick();
      await heard.until('ada offline');
      expect(await south.statusOf(['ada', 'bob'])).toEqual([
        { userId: 'ada', status: 'offline', lastSeenAtMs: lastLifeMs },
        { userId: 'bob', status: 'online', lastSeenAtMs: null },
      ]);
      expect(await redis.send(['ZCARD', 'verbatim:presence:leases'])).toBe(1);
    });

    it('believes a gateway again that was stopped for longer than its lease', async () => {
      north.connected('ada', 'one', 'phone');
      await north.whereAre(['ada']);
      clock.advance(LEASE_TTL_MS + LEASE_RENEWED_EVERY_MS);
      south.tick();
      await until(async () => (await statusOf(south, 'ada')) === 'online');
      expect((await south.whereAre(['ada']))[0]?.gateways).toEqual([{ gatewayId: 'north', deviceIds: ['phone'] }]);
    });

    it('is told everything again when all keys are flushed', async () => {
      for (let user = 0; user < 600; user += 1) north.connected(`user-${user}`, 'one', 'phone');
      await north.whereAre(['nobody']);
      await redis.send(['FLUSHALL']);
      clock.advance(LEASE_RENEWED_EVERY_MS);
      await until(async () => (await statusOf(south, 'user-599')) === 'online');
      const statuses = await south.statusOf(Array.from({ length: 600 }, (_, user) => `user-${user}`));
      expect(new Set(statuses.map(({ status }) => status))).toEqual(new Set(['online']));
    });

    it('writes a key again that Redis dropped', async () => {
      north.connected('ada', 'one', 'phone');
      await north.whereAre(['ada']);
      await redis.send(['DEL', 'verbatim:presence:user:ada']);
      await until(async () => (await statusOf(south, 'ada')) === 'online');
      expect((await south.whereAre(['ada']))[0]?.gateways).toHaveLength(1);
    });

    it('answers what it knows itself, and unknown for the rest, while Redis is killed', async () => {
      south.watch('dora');
      const heard = listenTo(south);
      north.connected('ada', 'one', 'phone');
      south.connected('bob', 'one', 'phone');
      await Promise.all([north.whereAre(['ada']), south.whereAre(['bob'])]);
      await server.kill();
      await until(async () => !isUp());
      south.connected('cleo', 'one', 'phone');
      south.disconnected('bob', 'one');
      south.tick();
      await heard.until('bob unknown');
      expect((await south.statusOf(['ada', 'bob', 'cleo'])).map(({ status }) => status)).toEqual([
        'unknown',
        'unknown',
        'online',
      ]);
      expect(await south.whereAre(['ada'])).toEqual([{ userId: 'ada', gateways: null }]);
      north.connected('dora', 'one', 'phone');

      await server.restart();
      await until(async () => isUp());
      await heard.until('dora online');
      await until(async () => (await statusOf(south, 'ada')) === 'online');
      expect(await statusOf(north, 'cleo')).toBe('online');
      expect(await statusOf(north, 'nobody')).toBe('unknown');
      clock.advance(SETTLING_MS);
      expect((await north.statusOf(['nobody', 'bob'])).map(({ status }) => status)).toEqual(['offline', 'offline']);
    });

    it('asks for what it missed when its channels alone were away', async () => {
      for (const userId of ['ada', 'bob']) south.watch(userId);
      const heard = listenTo(south);
      north.connected('ada', 'one', 'phone');
      await heard.until('ada online');
      await redis.send(['CLIENT', 'KILL', 'TYPE', 'pubsub']);
      // Redis has forgotten who listens: what follows is told to nobody.
      north.disconnected('ada', 'one');
      north.connected('bob', 'one', 'phone');
      north.tick();
      await Promise.all([heard.until('ada offline'), heard.until('bob online')]);
      expect(heard.changes).toHaveLength(3);
    });

    it('tells nobody of users under a lease that has ended', async () => {
      for (const userId of ['ada', 'bob']) south.watch(userId);
      const heard = listenTo(south);
      clock.advance(LEASE_TTL_MS);
      north.connected('ada', 'one', 'phone');
      await north.whereAre(['nobody']);
      expect(north.isUp).toBe(false);
      await until(async () => heard.changes.length > 0);
      expect([heard.changes, north.isUp]).toEqual([['ada online'], true]);
    });

    it('answers while Redis hangs, and goes on when Redis does', async () => {
      north.connected('ada', 'one', 'phone');
      await north.whereAre(['ada']);
      server.pause();
      expect(await statusOf(south, 'ada')).toBe('unknown');
      expect(await south.whereAre(['ada'])).toEqual([{ userId: 'ada', gateways: null }]);
      north.disconnected('ada', 'one');
      server.resume();
      await until(async () => isUp() && (await statusOf(south, 'ada')) !== 'online');
      north.connected('ada', 'two', 'laptop');
      await until(async () => (await statusOf(south, 'ada')) === 'online');
      expect((await south.whereAre(['ada']))[0]?.gateways).toEqual([{ gatewayId: 'north', deviceIds: ['laptop'] }]);
    });
  });
});
