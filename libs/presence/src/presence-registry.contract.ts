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
      registry.connected('ada', 'phone');
      registry.connected('ada', 'laptop');
      registry.disconnected('ada', 'phone');
      clock.advance(GRACE_MS * 2);
      registry.tick();
      expect(await statusOf('ada')).toMatchObject({ status: 'online', lastSeenAtMs: null });
      expect(changes.map(({ status }) => status)).toEqual(['online']);
    });

    it('has a user online until the grace after the last connection has passed', async () => {
      registry.connected('ada', 'phone');
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
      registry.connected('ada', 'phone');
      registry.disconnected('ada', 'phone');
      clock.advance(GRACE_MS - 1);
      registry.connected('ada', 'phone-again');
      clock.advance(GRACE_MS * 2);
      registry.tick();
      expect(changes.map(({ status }) => status)).toEqual(['online']);
    });

    it('counts a connection that is announced or withdrawn twice once', async () => {
      registry.connected('ada', 'phone');
      registry.connected('ada', 'phone');
      registry.disconnected('ada', 'phone');
      registry.disconnected('ada', 'phone');
      registry.disconnected('ada', 'another');
      clock.advance(GRACE_MS);
      registry.tick();
      expect(await statusOf('ada')).toMatchObject({ status: 'offline' });
      expect(changes.map(({ status }) => status)).toEqual(['online', 'offline']);
    });

    it('answers in the order asked', async () => {
      registry.connected('bob', 'phone');
      const answer = await registry.statusOf(['ada', 'bob']);
      expect(answer.map(({ userId, status }) => `${userId} ${status}`)).toEqual(['ada offline', 'bob online']);
    });

    it('stops telling a listener that has gone', () => {
      const told: UserPresence[] = [];
      const stop = registry.subscribe((change) => told.push(change));
      stop();
      registry.connected('ada', 'phone');
      expect(told).toEqual([]);
    });
  });
