import fc from 'fast-check';
import { join } from 'node:path';
import type { EventStore, Position, RecordedEvent } from '../event-store.js';
import { aConversation, aUser, Listener, messages } from '../event-store.fixtures.js';
import { openLog, temporaryFolder } from './sqlite-log.fixtures.js';

const folder = temporaryFolder();

/** So small that a subscriber falls out of it and has to go back to the file again and again. */
const RECENT = { recentMaxEvents: 16, recentMaxBytes: 1_000_000 };

const readRest = async (store: EventStore, start: Position | null): Promise<RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  let after = start;
  for (;;) {
    const slice = await store.readAll({ after, maxCount: 100 });
    events.push(...slice.events);
    after = slice.scannedTo;
    if (slice.isAtHead) return events;
  }
};

const subscriberArbitrary = fc.record({
  /** Appends that are done before it subscribes, and how far back it starts. */
  joinsAt: fc.nat(12),
  startsBack: fc.nat(40),
  batchMaxEvents: fc.integer({ min: 1, max: 12 }),
  /** Turns of the event loop that each batch takes. */
  slowness: fc.nat(6),
  usersOnly: fc.boolean(),
});

/** Sixty stories with an fsync for every append that waits. */
const TIMEOUT_MS = 60_000;

describe('the law of subscriptions', () => {
  let store: EventStore;
  beforeAll(async () => (store = await openLog(join(folder(), 'events.db'), RECENT)));
  afterAll(() => store.close());

  it(
    'is: whoever subscribes anywhere, however slow, gets exactly what a read from there gives',
    async () => {
      const appends = fc.array(fc.record({ count: fc.integer({ min: 1, max: 9 }), waits: fc.boolean() }), {
        maxLength: 13,
      });
      await fc.assert(
        fc.asyncProperty(
          appends,
          fc.array(subscriberArbitrary, { minLength: 1, maxLength: 4 }),
          async (batches, joiners) => {
            const followed = joiners.map(() => ({ start: null as Position | null, listener: new Listener() }));
            const subscriptions: { close(): Promise<void> }[] = [];
            const join = (index: number, head: Position | null): void => {
              const { startsBack, batchMaxEvents, slowness, usersOnly } = joiners[index] as (typeof joiners)[number];
              const back = (head ?? 0n) - BigInt(startsBack) * 16n;
              const start = back > 0n ? (back as Position) : null;
              const pause = async (): Promise<void> => {
                for (let turn = 0; turn < slowness; turn += 1) await new Promise((resolve) => setImmediate(resolve));
              };
              const listener = new Listener(pause);
              followed[index] = { start, listener };
              const categories = usersOnly ? { categories: ['user'] } : {};
              subscriptions.push(store.subscribeToAll({ after: start, batchMaxEvents, ...categories }, listener));
            };
            const joinDue = async (done: number): Promise<void> => {
              const head = await store.headPosition();
              joiners.forEach(({ joinsAt }, index) => {
                if (Math.min(joinsAt, batches.length) === done) join(index, head);
              });
            };
            const appending: Promise<unknown>[] = [];
            for (const [done, { count, waits }] of batches.entries()) {
              await joinDue(done);
              const stream = done % 3 === 0 ? aUser() : aConversation();
              const append = store.append(stream, 'no-stream', messages(count));
              appending.push(append);
              if (waits) await append;
            }
            await joinDue(batches.length);
            await Promise.all(appending);
            for (const [index, { start, listener }] of followed.entries()) {
              const all = await readRest(store, start);
              const wanted = joiners[index]?.usersOnly
                ? all.filter(({ streamName }) => streamName.startsWith('user-'))
                : all;
              await listener.received(wanted.length);
              expect(listener.events).toEqual(wanted);
            }
            await Promise.all(subscriptions.map((subscription) => subscription.close()));
          },
        ),
        { numRuns: 60 },
      );
    },
    TIMEOUT_MS,
  );
});
