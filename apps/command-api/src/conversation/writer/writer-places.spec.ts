import type { EventStore } from '@verbatim/event-store';
import {
  ada,
  conversationId,
  emptyIndex,
  groupBy,
  indexUpTo,
  newCommandId,
  openStore,
  replacing,
  sendBy,
  storedTypes,
  withFaults,
  writerOn,
} from './conversation-writer.fixtures.js';
import { writerLimits } from './writer-limits.js';

const OUT_OF_THE_WINDOW = writerLimits.windowTrimAtEvents + 100;

let store: EventStore;

beforeEach(async () => {
  store = await openStore();
});
afterEach(() => store.close());

const sends = (count: number) => Array.from({ length: count }, (_, index) => sendBy(ada, `message ${index}`));

/** A long conversation whose window has left its start to the index. */
const longConversation = async () => {
  const index = indexUpTo(store, OUT_OF_THE_WINDOW);
  const writer = writerOn(store, { messageIds: index });
  await writer.run(groupBy(ada));
  const first = sendBy(ada, 'the first');
  await writer.run(first);
  await Promise.all(sends(OUT_OF_THE_WINDOW).map((request) => writer.run(request)));
  const headSeq = await writer.inspect(conversationId, (folded) => folded.headSeq);
  expect(await writer.inspect(conversationId, ({ window }) => window.fromSeq)).toBeGreaterThan(1);
  return { writer, index, first, headSeq };
};

describe('an index of message ids that cannot be read', () => {
  it('makes only those wait whose id may lie below the window', async () => {
    const { writer, index, headSeq } = await longConversation();
    index.find = () => Promise.reject(new Error('closed'));
    const requests = [sendBy(ada, 'says nothing'), sendBy(ada, 'says its head', newCommandId(), headSeq)];
    const outcomes = await Promise.all(requests.map((request) => writer.run(request)));
    expect(outcomes).toMatchObject([{ outcome: 'busy' }, { outcome: 'applied', seq: headSeq + 1 }]);
  });

  it('is asked once for all commands that wait together', async () => {
    const { writer, index } = await longConversation();
    let asked = 0;
    index.find = () => Promise.reject(new Error(`asked ${++asked} times`));
    const outcomes = await Promise.all(sends(20).map((request) => writer.run(request)));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 20 }, () => 'busy'));
    expect(asked).toBe(1);
  });

  it('holds no acknowledgement of what is durable', async () => {
    const writer = writerOn(store, { messageIds: { ...emptyIndex, completeToSeq: () => new Promise(() => {}) } });
    await writer.run(groupBy(ada));
    const outcomes = await Promise.all(sends(OUT_OF_THE_WINDOW).map((request) => writer.run(request)));
    expect(outcomes.at(-1)).toMatchObject({ outcome: 'applied', seq: OUT_OF_THE_WINDOW });
  });
});

describe('an index of message ids that covers nothing', () => {
  it('is asked now and then, not for every batch, and no id is forgotten', async () => {
    let asked = 0;
    const completeToSeq = (): Promise<number> => {
      asked += 1;
      return Promise.resolve(-1);
    };
    const writer = writerOn(store, { messageIds: { ...emptyIndex, completeToSeq } });
    await writer.run(groupBy(ada));
    for (const request of sends(OUT_OF_THE_WINDOW)) await writer.run(request);
    expect(asked).toBe(1);
    expect(await writer.inspect(conversationId, ({ window }) => window.fromSeq)).toBe(0);
  });
});

describe('the look-up of ids below the window', () => {
  it('is made once for each command, however many wait', async () => {
    const { writer, index } = await longConversation();
    const asked: string[] = [];
    const find = index.find.bind(index);
    index.find = (id, actorId, commandId) => {
      asked.push(commandId);
      return find(id, actorId, commandId);
    };
    await Promise.all(sends(700).map((request) => writer.run(request)));
    expect(asked).toHaveLength(700);
  });

  it('is not skipped for a head that nobody can have known yet', async () => {
    const { writer, first, headSeq } = await longConversation();
    const retry = { ...first, knownSeq: headSeq + 1_000 };
    expect(await writer.run(retry)).toMatchObject({ outcome: 'applied', seq: 1, duplicate: true });
  });
});

describe('a retry of what is durable', () => {
  it('gets its ack beside commands whose append is refused', async () => {
    const faults: 'log-full'[] = [];
    const writer = writerOn(withFaults(store, faults));
    await writer.run(groupBy(ada));
    const durable = sendBy(ada, 'durable');
    await writer.run(durable);
    faults.push('log-full');
    const outcomes = await Promise.all([durable, sendBy(ada, 'new')].map((request) => writer.run(request)));
    expect(outcomes).toMatchObject([
      { outcome: 'applied', seq: 1, duplicate: true },
      { outcome: 'refused', reason: 'log-full' },
    ]);
    expect(await storedTypes(store)).toHaveLength(2);
  });

  it('that cannot be read makes nobody else wait', async () => {
    const reads = { areRefused: false };
    const writer = writerOn(
      replacing(store, {
        readStream: (...args) => (reads.areRefused ? Promise.reject(new Error('EIO')) : store.readStream(...args)),
      }),
    );
    await writer.run(groupBy(ada));
    const durable = sendBy(ada, 'durable');
    await writer.run(durable);
    reads.areRefused = true;
    const outcomes = await Promise.all([durable, sendBy(ada, 'new')].map((request) => writer.run(request)));
    expect(outcomes).toMatchObject([{ outcome: 'busy' }, { outcome: 'applied', seq: 2, duplicate: false }]);
  });
});

describe('a conversation that does not exist', () => {
  it('takes no place in memory from those that do', async () => {
    const loads: string[] = [];
    const writer = writerOn(
      replacing(store, { readSnapshot: (stream) => (loads.push(stream), store.readSnapshot(stream)) }),
      { limits: { foldedMaxBytes: 3_000 } },
    );
    await writer.run(groupBy(ada));
    for (let index = 0; index < 5; index++) {
      const request = { ...sendBy(ada, 'anybody?'), conversationId: newCommandId() as never };
      expect(await writer.run(request)).toMatchObject({ outcome: 'rejected' });
    }
    loads.length = 0;
    await writer.run(sendBy(ada, 'still here'));
    expect(loads).toEqual([]);
  });
});

describe('questions about a conversation', () => {
  it('beyond those that may wait are refused', async () => {
    const writer = writerOn(store);
    const asked = Array.from({ length: writerLimits.inspectionsMax + 1 }, () =>
      writer.inspect(conversationId, ({ headSeq }) => headSeq),
    );
    const answers = await Promise.allSettled(asked);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(writerLimits.inspectionsMax);
    expect(answers.at(-1)).toMatchObject({ status: 'rejected', reason: { name: 'QueueFullError' } });
  });
});

describe('conversations that grow', () => {
  it('are counted for what they have become, not for what they were when they came into memory', async () => {
    const loads: string[] = [];
    const writer = writerOn(
      replacing(store, { readSnapshot: (stream) => (loads.push(stream), store.readSnapshot(stream)) }),
      { limits: { foldedMaxBytes: 20_000 } },
    );
    const other = newCommandId() as never;
    const requests = [groupBy(ada), ...sends(80)];
    for (const request of requests) await writer.run(request);
    for (const request of requests) await writer.run({ ...request, conversationId: other });
    loads.length = 0;
    await writer.run(sendBy(ada, 'had to leave for the other one'));
    expect(loads).toHaveLength(1);
  });
});
