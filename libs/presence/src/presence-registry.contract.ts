import type { Clock } from '@verbatim/platform';
import type { PresenceRegistry, UserPresence } from './presence-registry.js';

export type OpenedPresence = {
  readonly registry: PresenceRegistry;
  readonly clock: Clock & { advance(ms: number): void };
};

/** What every presence registry keeps. `open` gives one whose grace is `graceMs` on a clock that the suite moves. */
export const presenceRegistryContract = (adapter: string, open: (graceMs: number) => Promise<OpenedPresence>) =>
  describe(`PresenceRegistry contract: ${adapter}`, () => {
    const GRACE_MS = 5_000;
    let registry: PresenceRegistry;
    let clock: OpenedPresence['clock'];
    let changes: UserPresence[];
    const statusOf = async (userId: string) => (await registry.statusOf([userId]))[0];

    beforeEach(async () => {
      ({ registry, clock } = await open(GRACE_MS));
      changes = [];
      registry.subscribe((change) => changes.push(change));
    });
    afterEach(() => registry.close());

    it('knows nobody at first', async () => {
      expect(await statusOf('ada')).toEqual({ userId: 'ada', status: 'offline', lastSeenAtMs: null });
    });

    it('has a user online from the first connection to the last, and says so once', async () => {
      registry.connected('ada', 'phone', 'device');
      registry.connected('ada', 'laptop', 'device');
      registry.disconnected('ada', 'phone');
      clock.advance(GRACE_MS * 2);
      registry.tick();
      expect(await statusOf('ada')).toMatchObject({ status: 'online', lastSeenAtMs: null });
      expect(changes.map(({ status }) => status)).toEqual(['online']);
    });

    it('has a user online until the grace after the last connection has passed', async () => {
      registry.connected('ada', 'phone', 'device');
      const leftAtMs = clock.nowMs();
      registry.disconnected('ada', 'phone');
      clock.advance(GRACE_MS - 1);
      registry.tick();
      expect(await statusOf('ada')).toMatchObject({ status: 'online' });
      clock.advance(1);
      registry.tick();
      expect(await statusOf('ada')).toEqual({ userId: 'ada', status: 'offline', lastSeenAtMs: leftAtMs });
      expect(changes.map(({ status }) => status)).toEqual(['online', 'offline']);
    });

    it('says nothing of a reconnect within the grace', () => {
      registry.connected('ada', 'phone', 'device');
      registry.disconnected('ada', 'phone');
      clock.advance(GRACE_MS - 1);
      registry.connected('ada', 'phone-again', 'device');
      clock.advance(GRACE_MS * 2);
      registry.tick();
      expect(changes.map(({ status }) => status)).toEqual(['online']);
    });

    it('counts a connection that is announced or withdrawn twice once', async () => {
      registry.connected('ada', 'phone', 'device');
      registry.connected('ada', 'phone', 'device');
      registry.disconnected('ada', 'phone');
      registry.disconnected('ada', 'phone');
      registry.disconnected('ada', 'another');
      clock.advance(GRACE_MS);
      registry.tick();
      expect(await statusOf('ada')).toMatchObject({ status: 'offline' });
      expect(changes.map(({ status }) => status)).toEqual(['online', 'offline']);
    });

    it('answers in the order asked', async () => {
      registry.connected('bob', 'phone', 'device');
      const answer = await registry.statusOf(['ada', 'bob']);
      expect(answer.map(({ userId, status }) => `${userId} ${status}`)).toEqual(['ada offline', 'bob online']);
    });

    it('says where a user is connected, and with which devices', async () => {
      registry.connected('ada', 'one', 'phone');
      registry.connected('ada', 'two', 'laptop');
      registry.connected('ada', 'three', 'phone');
      const [ada, bob] = await registry.whereAre(['ada', 'bob']);
      expect(ada).toEqual({
        userId: 'ada',
        gateways: [{ gatewayId: expect.any(String), deviceIds: ['laptop', 'phone'] }],
      });
      expect(bob).toEqual({ userId: 'bob', gateways: [] });
    });

    it('has a user in his grace nowhere, though online', async () => {
      registry.connected('ada', 'one', 'phone');
      registry.disconnected('ada', 'one');
      expect(await registry.whereAre(['ada'])).toEqual([{ userId: 'ada', gateways: [] }]);
    });

    it('says who has left this process, when his grace is over', () => {
      const left: string[] = [];
      registry.onLeft((userId) => left.push(userId));
      registry.connected('ada', 'one', 'phone');
      registry.disconnected('ada', 'one');
      registry.tick();
      expect(left).toEqual([]);
      clock.advance(GRACE_MS);
      registry.tick();
      expect(left).toEqual(['ada']);
    });

    it('stops telling a listener that has gone', () => {
      const told: UserPresence[] = [];
      const stop = registry.subscribe((change) => told.push(change));
      stop();
      registry.connected('ada', 'phone', 'device');
      expect(told).toEqual([]);
    });
  });

export type SharedPresence = {
  /** Opens the registry of one more gateway. The suite closes it. */
  readonly another: (gatewayId: string) => Promise<PresenceRegistry>;
  readonly clock: OpenedPresence['clock'];
};

/** What a registry tells, and a wait for what it is to tell. */
export const listenTo = (registry: PresenceRegistry) => {
  const changes: string[] = [];
  const waiting = new Set<() => void>();
  registry.subscribe(({ userId, status }) => {
    changes.push(`${userId} ${status}`);
    for (const wake of waiting) wake();
    waiting.clear();
  });
  const until = async (change: string): Promise<void> => {
    while (!changes.includes(change)) await new Promise<void>((resolve) => waiting.add(resolve));
  };
  return { changes, until };
};

/** What a registry keeps that several gateways share. */
export const sharedPresenceContract = (adapter: string, open: (graceMs: number) => Promise<SharedPresence>) =>
  describe(`shared PresenceRegistry contract: ${adapter}`, () => {
    const GRACE_MS = 5_000;
    let north: PresenceRegistry;
    let south: PresenceRegistry;
    let watcher: PresenceRegistry;
    let clock: SharedPresence['clock'];
    const statusOf = async (registry: PresenceRegistry, userId: string) => (await registry.statusOf([userId]))[0];
    /** The last connection of the user to this gateway is gone, and so is the grace. */
    const leave = (registry: PresenceRegistry, userId: string, connectionId: string): void => {
      registry.disconnected(userId, connectionId);
      clock.advance(GRACE_MS);
      registry.tick();
    };

    beforeEach(async () => {
      const shared = await open(GRACE_MS);
      clock = shared.clock;
      north = await shared.another('north');
      south = await shared.another('south');
      watcher = await shared.another('watcher');
    });
    afterEach(() => Promise.all([north, south, watcher].map((registry) => registry.close())));

    it('has a user online wherever he is connected', async () => {
      watcher.watch('ada');
      const heard = listenTo(watcher);
      north.connected('ada', 'one', 'phone');
      await heard.until('ada online');
      for (const registry of [north, south, watcher])
        expect(await statusOf(registry, 'ada')).toEqual({ userId: 'ada', status: 'online', lastSeenAtMs: null });
    });

    it('has him online until he has left every gateway, and says so once', async () => {
      watcher.watch('ada');
      const heard = listenTo(watcher);
      north.connected('ada', 'one', 'phone');
      await heard.until('ada online');
      south.connected('ada', 'two', 'laptop');
      await south.whereAre(['ada']);
      leave(north, 'ada', 'one');
      expect(await statusOf(north, 'ada')).toMatchObject({ status: 'online' });
      const leftAtMs = clock.nowMs();
      leave(south, 'ada', 'two');
      await heard.until('ada offline');
      expect(await statusOf(watcher, 'ada')).toEqual({ userId: 'ada', status: 'offline', lastSeenAtMs: leftAtMs });
      expect(heard.changes).toEqual(['ada online', 'ada offline']);
    });

    it('says nothing of a move to another gateway within the grace', async () => {
      for (const userId of ['ada', 'bob']) watcher.watch(userId);
      const heard = listenTo(watcher);
      north.connected('ada', 'one', 'phone');
      await heard.until('ada online');
      north.disconnected('ada', 'one');
      south.connected('ada', 'two', 'phone');
      await south.whereAre(['ada']);
      clock.advance(GRACE_MS);
      north.tick();
      north.connected('bob', 'one', 'phone');
      await heard.until('bob online');
      expect(heard.changes).toEqual(['ada online', 'bob online']);
    });

    it('tells the gateway that a user has left it, though he is online elsewhere', async () => {
      const left: string[] = [];
      north.onLeft((userId) => left.push(userId));
      const heard = listenTo(north);
      south.connected('ada', 'two', 'laptop');
      await south.whereAre(['ada']);
      north.connected('ada', 'one', 'phone');
      leave(north, 'ada', 'one');
      await north.whereAre(['ada']);
      expect([left, heard.changes]).toEqual([['ada'], ['ada online']]);
    });

    it('tells changes elsewhere of those alone who are watched, as long as they are', async () => {
      for (const userId of ['ada', 'bob']) watcher.watch(userId);
      watcher.unwatch('bob');
      const heard = listenTo(watcher);
      for (const userId of ['cleo', 'bob', 'ada']) north.connected(userId, 'one', 'phone');
      await heard.until('ada online');
      expect(heard.changes).toEqual(['ada online']);
    });

    it('names every gateway of a user with his devices there', async () => {
      north.connected('ada', 'one', 'phone');
      north.connected('ada', 'two', 'tablet');
      south.connected('ada', 'three', 'laptop');
      await Promise.all([north.whereAre(['ada']), south.whereAre(['ada'])]);
      const gateways = [
        { gatewayId: 'north', deviceIds: ['phone', 'tablet'] },
        { gatewayId: 'south', deviceIds: ['laptop'] },
      ];
      expect(await watcher.whereAre(['ada', 'bob'])).toEqual([
        { userId: 'ada', gateways },
        { userId: 'bob', gateways: [] },
      ]);
      north.disconnected('ada', 'two');
      await north.whereAre(['ada']);
      expect((await watcher.whereAre(['ada']))[0]?.gateways?.[0]?.deviceIds).toEqual(['phone']);
    });

    it('leaves the users of a gateway that is closed a moment to come back elsewhere', async () => {
      north.connected('ada', 'one', 'phone');
      await north.whereAre(['ada']);
      await north.close();
      expect(await statusOf(watcher, 'ada')).toMatchObject({ status: 'online' });
    });
  });
