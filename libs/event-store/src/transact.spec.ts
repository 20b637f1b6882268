import type { DomainEvent, MessageSent, Revision, Seq } from '@verbatim/domain';
import type { AppendOutcome, EventStore } from './event-store.js';
import { aConversation, bodyOf, messages, sent } from './event-store.fixtures.js';
import { openMemoryEventStore } from './memory/memory-event-store.js';
import { CONFLICT_RETRIES_MAX, foldStream, transact, type Decided } from './transact.js';
import { UNKNOWN_RETRIES_MAX } from './append-until-known.js';

type Bodies = readonly string[];
const bodies = {
  initial: (): Bodies => [],
  evolve: (before: Bodies, event: DomainEvent): Bodies => [...before, (event.data as MessageSent['data']).body],
};
const sendNext = (before: Bodies): Decided<MessageSent, string> => ({
  events: [sent(`number ${before.length}`)],
  result: `after ${before.length}`,
});

/** The store, with its next answers to an append replaced; each decides whether the append goes through all the same. */
const answering = (
  store: EventStore,
  answers: ((pass: () => Promise<AppendOutcome>) => Promise<AppendOutcome>)[],
): EventStore =>
  new Proxy(store, {
    get: (target, name) => {
      if (name !== 'append')
        return (...all: unknown[]) => (Reflect.get(target, name) as (...a: unknown[]) => unknown).apply(target, all);
      return (...append: Parameters<EventStore['append']>) => {
        const pass = () => target.append(...append);
        return answers.shift()?.(pass) ?? pass();
      };
    },
  });
const unknown: AppendOutcome = { outcome: 'unknown', cause: new Error('dropped') };

describe('a transaction on a stream', () => {
  const stream = aConversation();
  let store: EventStore;
  beforeEach(async () => {
    store = openMemoryEventStore();
    await store.append(stream, 'no-stream', messages(2));
  });
  const stored = async (): Promise<string[]> => (await store.readStream(stream, { maxCount: 100 })).events.map(bodyOf);

  it('decides on the folded state and appends at its revision', async () => {
    const outcome = await transact(store, stream, bodies, sendNext);
    expect(outcome).toMatchObject({ outcome: 'done', result: 'after 2', lastRevision: 2 });
    expect(await stored()).toEqual(['message 0', 'message 1', 'number 2']);
  });

  it('starts a stream that does not exist', async () => {
    const outcome = await transact(store, aConversation(), bodies, sendNext);
    expect(outcome).toMatchObject({ outcome: 'done', result: 'after 0', lastRevision: 0 });
  });

  it('appends nothing when the decision changes nothing', async () => {
    const outcome = await transact(store, stream, bodies, () => ({ events: [], result: 'as it was' }));
    expect(outcome).toEqual({ outcome: 'done', result: 'as it was', lastRevision: 1, lastPosition: null });
  });

  it('decides anew when others were faster, and every decision sees the one before', async () => {
    await Promise.all(Array.from({ length: 4 }, () => transact(store, stream, bodies, sendNext)));
    expect(await stored()).toEqual(['message 0', 'message 1', 'number 2', 'number 3', 'number 4', 'number 5']);
  });

  it('gives up as busy after a bounded number of conflicts', async () => {
    let tries = 0;
    const conflict = async (): Promise<AppendOutcome> => {
      tries += 1;
      return { outcome: 'conflict', actualRevision: 1 as Revision };
    };
    const rival = answering(
      store,
      Array.from({ length: 100 }, () => conflict),
    );
    expect(await transact(rival, stream, bodies, sendNext)).toEqual({ outcome: 'busy' });
    expect(tries).toBe(CONFLICT_RETRIES_MAX + 1);
  });

  it('sends the identical batch again when the outcome is unknown, and stores it once', async () => {
    const lostAnswer = async (pass: () => Promise<AppendOutcome>): Promise<AppendOutcome> => {
      await pass();
      return unknown;
    };
    const flaky = answering(store, [lostAnswer, async () => unknown]);
    expect(await transact(flaky, stream, bodies, sendNext)).toMatchObject({ outcome: 'done', lastRevision: 2 });
    expect(await stored()).toEqual(['message 0', 'message 1', 'number 2']);
  });

  it('stays unknown when no try tells more, also when the last ones are refused', async () => {
    let tries = 0;
    const lost = async (): Promise<AppendOutcome> => {
      tries += 1;
      return tries > 2 ? { outcome: 'refused', reason: 'unavailable' } : unknown;
    };
    const gone = answering(
      store,
      Array.from({ length: 100 }, () => lost),
    );
    expect(await transact(gone, stream, bodies, sendNext)).toEqual(unknown);
    expect(tries).toBe(UNKNOWN_RETRIES_MAX + 1);
  });

  it('says so when the store refuses', async () => {
    await store.close();
    expect(await transact(store, stream, bodies, sendNext)).toEqual({ outcome: 'refused', reason: 'unavailable' });
  });
});

describe('folding a stream', () => {
  it('goes through all its pages', async () => {
    const store = openMemoryEventStore();
    const stream = aConversation();
    for (let batch = 0; batch < 10; batch += 1) await store.append(stream, 'any', messages(250));
    const counting = { initial: () => 0, evolve: (_: number, __: DomainEvent, seq: Seq) => seq + 1 };
    expect(await foldStream(store, stream, counting)).toEqual({ state: 2_500, revision: 2_499 });
  });

  it('of one that does not exist is the initial state', async () => {
    const folded = await foldStream(openMemoryEventStore(), aConversation(), bodies);
    expect(folded).toEqual({ state: [], revision: null });
  });
});
