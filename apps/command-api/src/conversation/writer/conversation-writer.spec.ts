import { type EventStore, UNKNOWN_RETRIES_MAX } from '@verbatim/event-store';
import {
  ada,
  additionBy,
  bob,
  conversationId,
  emptyIndex,
  groupBy,
  indexUpTo,
  newCommandId,
  openStore,
  removalBy,
  replacing,
  sendBy,
  storedTypes,
  withFaults,
  writerOn,
} from './conversation-writer.fixtures.js';

let store: EventStore;

beforeEach(async () => {
  store = await openStore();
});
afterEach(() => store.close());

describe('writing to a conversation', () => {
  it('gives each command the next seq, in the order they came', async () => {
    const writer = writerOn(store);
    const outcomes = await Promise.all(
      [groupBy(ada), sendBy(ada, 'one'), sendBy(ada, 'two')].map((r) => writer.run(r)),
    );
    expect(outcomes.map((outcome) => outcome.outcome === 'applied' && outcome.seq)).toEqual([0, 1, 2]);
    expect(await storedTypes(store)).toEqual(['GroupCreated', 'MessageSent', 'MessageSent']);
  });

  it('appends what waits together in one write', async () => {
    const appends: number[] = [];
    const counted = replacing(store, {
      append: (...args) => {
        appends.push(args[2].length);
        return store.append(...args);
      },
    });
    const writer = writerOn(counted);
    await writer.run(groupBy(ada));
    await Promise.all(Array.from({ length: 300 }, (_, index) => writer.run(sendBy(ada, `message ${index}`))));
    expect(appends).toEqual([1, 256, 44]);
  });

  it('decides each command on what the one before it did', async () => {
    const writer = writerOn(store);
    await writer.run(groupBy(ada, [bob]));
    const [, refused] = await Promise.all([writer.run(removalBy(ada, bob)), writer.run(sendBy(bob, 'still here?'))]);
    expect(refused).toEqual({ outcome: 'rejected', rejection: { code: 'not-a-member' } });
  });

  it('answers busy beyond the commands that may wait', async () => {
    const writer = writerOn(store, { limits: { waitingMaxCommands: 2 } });
    const outcomes = await Promise.all(
      [groupBy(ada), sendBy(ada, 'one'), sendBy(ada, 'two')].map((r) => writer.run(r)),
    );
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['applied', 'applied', 'busy']);
  });

  it('decides nothing that nobody waits for any more, and everything else', async () => {
    const writer = writerOn(store);
    const late = { ...sendBy(ada, 'late'), answerBeforeMs: performance.now() };
    const timely = { ...sendBy(ada, 'timely'), answerBeforeMs: performance.now() + 60_000 };
    const outcomes = await Promise.all([groupBy(ada), late, timely].map((request) => writer.run(request)));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['applied', 'busy', 'applied']);
    expect(await storedTypes(store)).toEqual(['GroupCreated', 'MessageSent']);
  });

  it('inspects a state that holds everything asked before', async () => {
    const writer = writerOn(store);
    void writer.run(groupBy(ada));
    void writer.run(sendBy(ada, 'one'));
    expect(await writer.inspect(conversationId, ({ headSeq }) => headSeq)).toBe(1);
  });
});

describe('a retry with the same id', () => {
  it('gets the same answer and stores nothing', async () => {
    const writer = writerOn(store);
    await writer.run(groupBy(ada));
    const id = newCommandId();
    const first = await writer.run(sendBy(ada, 'once', id));
    const second = await writer.run(sendBy(ada, 'once', id));
    expect(second).toEqual({ ...first, duplicate: true });
    expect(await storedTypes(store)).toHaveLength(2);
  });

  it('in the same batch is answered only with what became durable', async () => {
    const writer = writerOn(withFaults(store, ['log-full']));
    const id = newCommandId();
    const outcomes = await Promise.all(
      [groupBy(ada), sendBy(ada, 'x', id), sendBy(ada, 'x', id)].map((r) => writer.run(r)),
    );
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'refused']);
    expect(await storedTypes(store)).toEqual([]);
  });

  it('is a mismatch when the content is another', async () => {
    const writer = writerOn(store);
    await writer.run(groupBy(ada));
    const id = newCommandId();
    await writer.run(sendBy(ada, 'once', id));
    expect(await writer.run(sendBy(ada, 'twice', id))).toEqual({ outcome: 'mismatch' });
  });

  it('is known to each actor for himself', async () => {
    const writer = writerOn(store);
    await writer.run(groupBy(ada, [bob]));
    const id = newCommandId();
    await writer.run(sendBy(ada, 'same id', id));
    expect(await writer.run(sendBy(bob, 'same id', id))).toMatchObject({
      outcome: 'applied',
      seq: 2,
      duplicate: false,
    });
  });

  it('after the sender was removed still gets its ack', async () => {
    const writer = writerOn(store);
    await writer.run(groupBy(ada, [bob]));
    const id = newCommandId();
    await writer.run(sendBy(bob, 'before', id));
    await writer.run(removalBy(ada, bob));
    expect(await writer.run(sendBy(bob, 'before', id))).toMatchObject({ outcome: 'applied', seq: 1, duplicate: true });
  });

  it('of an addition does not bring back a member who was removed since', async () => {
    const writer = writerOn(store);
    await writer.run(groupBy(ada));
    const id = newCommandId();
    await writer.run(additionBy(ada, bob, id));
    await writer.run(removalBy(ada, bob));
    expect(await writer.run(additionBy(ada, bob, id))).toMatchObject({ outcome: 'applied', seq: 1, duplicate: true });
    expect(await writer.run(sendBy(bob, 'am I in?'))).toMatchObject({ outcome: 'rejected' });
  });

  it.each([
    ['no index at all', -1],
    ['an index that ends before it', 1],
    ['an index that has it', 30],
  ])('is found in a new process with %s', async (_, completeToSeq) => {
    const writer = writerOn(store);
    await writer.run(groupBy(ada));
    await writer.run(sendBy(ada, 'older'));
    const id = newCommandId();
    await writer.run(sendBy(ada, 'the one', id));
    for (let index = 0; index < 40; index++) await writer.run(sendBy(ada, `later ${index}`));
    const restarted = writerOn(store, { messageIds: indexUpTo(store, completeToSeq) });
    expect(await restarted.run(sendBy(ada, 'the one', id))).toMatchObject({
      outcome: 'applied',
      seq: 2,
      duplicate: true,
    });
  });

  it('whose id left the window is found through the index, and through the stream without it', async () => {
    const writer = writerOn(store, { messageIds: indexUpTo(store, 2_100) });
    await writer.run(groupBy(ada));
    const id = newCommandId();
    await writer.run(sendBy(ada, 'the one', id));
    await Promise.all(Array.from({ length: 2_100 }, (_, index) => writer.run(sendBy(ada, `later ${index}`))));
    expect(await writer.inspect(conversationId, ({ window }) => window.fromSeq)).toBeGreaterThan(1_000);
    expect(await writer.run(sendBy(ada, 'the one', id))).toMatchObject({ seq: 1, duplicate: true });
    const projectorStopped = writerOn(store, { messageIds: emptyIndex });
    expect(await projectorStopped.run(sendBy(ada, 'the one', id))).toMatchObject({ seq: 1, duplicate: true });
  });

  it('is answered busy while the index cannot be read and the window does not reach', async () => {
    const index = indexUpTo(store, 5_000);
    const writer = writerOn(store, { messageIds: index });
    await writer.run(groupBy(ada));
    await Promise.all(Array.from({ length: 2_100 }, (_, number) => writer.run(sendBy(ada, `message ${number}`))));
    index.find = () => Promise.reject(new Error('closed'));
    const headSeq = await writer.inspect(conversationId, (folded) => folded.headSeq);
    expect(await writer.run(sendBy(ada, 'new'))).toEqual({ outcome: 'busy' });
    expect(await writer.run(sendBy(ada, 'new', newCommandId(), headSeq))).toMatchObject({ outcome: 'applied' });
  });
});

describe('an append whose reply is lost', () => {
  it.each([['reply-lost' as const], ['request-lost' as const]])(
    'is sent again until it is known: %s',
    async (fault) => {
      const writer = writerOn(withFaults(store, [fault, fault]));
      expect(await writer.run(groupBy(ada))).toMatchObject({ outcome: 'applied', seq: 0 });
      expect(await storedTypes(store)).toEqual(['GroupCreated']);
    },
  );

  it('for good is answered as unknown, and a retry tells', async () => {
    const writer = writerOn(
      withFaults(
        store,
        Array.from({ length: UNKNOWN_RETRIES_MAX + 1 }, () => 'reply-lost' as const),
      ),
    );
    const id = newCommandId();
    expect(await writer.run(groupBy(ada, [], id))).toEqual({ outcome: 'unknown' });
    expect(await writer.run(groupBy(ada, [], id))).toMatchObject({ outcome: 'applied', seq: 0, duplicate: true });
    expect(await storedTypes(store)).toEqual(['GroupCreated']);
  });
});

describe('two writers on one log', () => {
  const shared = () => writerOn(store, { isLogShared: true });

  it('decide again on what the other wrote', async () => {
    const [here, there] = [shared(), shared()];
    await here.run(groupBy(ada, [bob]));
    await there.run(sendBy(bob, 'from there'));
    expect(await here.run(sendBy(ada, 'from here'))).toMatchObject({ outcome: 'applied', seq: 2 });
  });

  it('decide nothing again once nobody waits for it', async () => {
    const [one, other] = [writerOn(store, { isLogShared: true }), writerOn(store, { isLogShared: true })];
    await one.run(groupBy(ada));
    const stopped = replacing(store, {
      append: async (...args) => {
        await other.run(sendBy(ada, 'meanwhile'));
        while (performance.now() < answerBeforeMs) await new Promise(setImmediate);
        return store.append(...args);
      },
    });
    const answerBeforeMs = performance.now() + 50;
    const outcome = await writerOn(stopped, { isLogShared: true }).run({ ...sendBy(ada, 'late'), answerBeforeMs });
    expect(outcome).toEqual({ outcome: 'busy' });
    expect(await storedTypes(store)).toEqual(['GroupCreated', 'MessageSent']);
  });

  it('refuse nobody on a state that is behind', async () => {
    const [here, there] = [shared(), shared()];
    await here.run(groupBy(ada));
    await there.run(additionBy(ada, bob));
    expect(await here.run(sendBy(bob, 'hello'))).toMatchObject({ outcome: 'applied', seq: 2 });
  });

  it('keep one dense order when both are busy', async () => {
    const [here, there] = [shared(), shared()];
    await here.run(groupBy(ada, [bob]));
    const sends = Array.from({ length: 60 }, (_, index) =>
      (index % 2 ? here : there).run(sendBy(ada, `message ${index}`)),
    );
    const outcomes = await Promise.all(sends);
    const seqs = outcomes.flatMap((outcome) => (outcome.outcome === 'applied' ? [outcome.seq as number] : []));
    expect(new Set(seqs).size).toBe(seqs.length);
    expect(await storedTypes(store)).toHaveLength(seqs.length + 1);
    expect(seqs).toHaveLength(60);
  });
});
