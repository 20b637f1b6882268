import {
  describeWithEngines,
  ENGINE_HOOK_MAX_MS,
  type FaultProxy,
  proxy,
  type RunningEngine,
} from '@verbatim/testing/engines';
import { StateBusyError, StateUnavailableError } from '../errors.js';
import { openStateStore } from '../open-state-store.js';
import type { Collection, StateStore } from '../state-store.js';

type Claim = { readonly by: string };
type Count = { readonly value: number; readonly by: string };

const TIMEOUT_MS = 120_000;
const PROCESSES = 3;
const ROUNDS = 40;
/** Acknowledged writes before each kill: it falls into the writes of the next round. */
const KILL_AFTER = [12, 60];

const isRefusal = (error: unknown): boolean =>
  error instanceof StateUnavailableError || error instanceof StateBusyError;

/** The outcome, or null when it is not known. Anything but an orderly refusal fails the spec. */
const outcomeOf = async <T>(call: Promise<T>): Promise<T | null> => {
  try {
    return await call;
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
};

/** Asks until it is answered. */
const patiently = async <T>(call: () => Promise<T>): Promise<T> => {
  for (;;) {
    const outcome = await outcomeOf(call().then((value) => ({ value })));
    if (outcome !== null) return outcome.value;
  }
};

describeWithEngines(['ferretdb', 'toxiproxy'], ({ ferretdb, toxiproxy }) => {
  let server: RunningEngine;
  let faults: FaultProxy;
  let stores: StateStore[];
  const urlOf = (base: string, process: number) => `${base.replace(/\/$/, '')}/state?maxIdleTimeMS=${60_000 + process}`;

  beforeAll(async () => {
    server = await ferretdb.start();
    faults = await proxy(await toxiproxy.start(), server.url);
    // Other URLs, other clients: as processes of their own have them.
    stores = await Promise.all(
      Array.from({ length: PROCESSES }, (_, process) => openStateStore(urlOf(faults.url, process))),
    );
  }, ENGINE_HOOK_MAX_MS);
  afterEach(() => faults.heal());
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
  }, ENGINE_HOOK_MAX_MS);

  it(
    'keeps every acknowledged write and gives every claim to one when the server is killed amid writes',
    async () => {
      const claims = await Promise.all(stores.map((store) => store.collection<Claim>({ name: 'claims' })));
      const counts = await Promise.all(stores.map((store) => store.collection<Count>({ name: 'counts' })));
      await counts[0]?.insert('count', { value: 0, by: 'nobody' });
      const won: { id: string; by: string }[] = [];
      const counted: { version: number; by: string }[] = [];
      let unclearCounts = 0;
      let acknowledged = 0;
      let restarts = Promise.resolve();
      const acknowledge = (): void => {
        acknowledged += 1;
        if (KILL_AFTER.includes(acknowledged))
          restarts = restarts.then(() => server.kill()).then(() => server.restart());
      };
      const claim = async (process: number, round: number): Promise<void> => {
        const by = `${process}/${round}`;
        const outcome = await outcomeOf((claims[process] as Collection<Claim>).insert(`c${round}`, { by }));
        if (outcome !== null) acknowledge();
        if (outcome === 'inserted') won.push({ id: `c${round}`, by });
      };
      const count = async (process: number, round: number): Promise<void> => {
        const own = counts[process] as Collection<Count>;
        const stored = await patiently(() => own.get('count'));
        if (stored === null) throw new Error('the count is gone');
        const by = `${process}/${round}`;
        const outcome = await outcomeOf(own.replace('count', { value: stored.document.value + 1, by }, stored.version));
        if (outcome === null) unclearCounts += 1;
        else acknowledge();
        if (outcome === true) counted.push({ version: stored.version + 1, by });
      };
      await Promise.all(
        stores.map(async (_, process) => {
          for (let round = 0; round < ROUNDS; round += 1)
            await Promise.all([claim(process, round), count(process, round)]);
        }),
      );
      await restarts;

      const reader = claims[0] as Collection<Claim>;
      expect(new Set(won.map(({ id }) => id)).size).toBe(won.length);
      for (const { id, by } of won) expect((await patiently(() => reader.get(id)))?.document.by).toBe(by);
      const last = await patiently(() => (counts[0] as Collection<Count>).get('count'));
      expect(new Set(counted.map(({ version }) => version)).size).toBe(counted.length);
      expect(last?.document.value).toBe((last?.version ?? 0) - 1);
      expect(last?.document.value).toBeGreaterThanOrEqual(counted.length);
      expect(last?.document.value).toBeLessThanOrEqual(counted.length + unclearCounts);
      expect(acknowledged).toBeGreaterThan(Math.max(...KILL_AFTER));
    },
    TIMEOUT_MS,
  );

  describe.each(['hang', 'cut', 'reset'] as const)('while the connections %s', (fault) => {
    it(
      'refuses reads and writes in good time, and goes on by itself afterwards',
      async () => {
        const people = await (stores[0] as StateStore).collection<Claim>({ name: `people-${fault}` });
        await patiently(() => people.insert('ada', { by: 'ada' }));
        await faults[fault]();
        // Nothing heals before all of them have ended: one that waits for the server would wait for ever.
        const refused = await Promise.all(
          [
            ...Array.from({ length: 50 }, (_, index) => people.insert(`p${index}`, { by: 'ada' })),
            people.replace('ada', { by: 'eve' }, 1),
            people.delete('ada', 1),
            people.get('ada'),
            people.list('', { limit: 10 }),
          ].map((call) => outcomeOf<unknown>(call)),
        );
        expect(refused.filter((outcome) => outcome !== null)).toEqual([]);
        await faults.heal();
        expect(await patiently(() => people.get('ada'))).toMatchObject({ version: 1 });
        expect(await patiently(() => people.insert('bob', { by: 'bob' }))).toBe('inserted');
      },
      TIMEOUT_MS,
    );
  });
});
