import { type ReceiptUpdate, type Revision, type Seq, type UserId, receiptsStream } from '@verbatim/domain';
import type { AppendOutcome, EventStore } from '@verbatim/event-store';
import {
  ada,
  bob,
  conversationId,
  groupBy,
  openStore,
  replacing,
  sendBy,
  withFaults,
  writerOn,
} from '../conversation/writer/conversation-writer.fixtures.js';
import { packSnapshot } from '../snapshot/packed-snapshot.js';
import { ReceiptsOwner } from './receipts-owner.js';
import { RECEIPTS_SNAPSHOT_SCHEMA_VERSION } from './receipts-store.js';

const upTo = (userId: UserId, seq: number): ReceiptUpdate => ({ userId, deliveredUpTo: seq as Seq });

let store: EventStore;
let writer: ReturnType<typeof writerOn>;

beforeEach(async () => {
  store = await openStore();
  writer = writerOn(store);
  await writer.run(groupBy(ada, [bob]));
  await Promise.all(Array.from({ length: 9 }, (_, index) => writer.run(sendBy(ada, `message ${index}`))));
});
afterEach(() => store.close());

const marks = async (): Promise<object[]> => {
  const { events } = await store.readStream(receiptsStream(conversationId), { maxCount: 100 });
  return events.flatMap(({ event }) => (event.data as { users: object[] }).users);
};

/** A store whose appends wait until they are let through. */
const gated = () => {
  const arrived = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const append = async (...args: Parameters<EventStore['append']>): Promise<AppendOutcome> => {
    arrived.resolve();
    await gate.promise;
    return store.append(...args);
  };
  return { store: replacing(store, { append }), arrived: arrived.promise, open: () => gate.resolve() };
};

describe('the end of the process', () => {
  it('waits for an append that is under way, and records what came after it', async () => {
    const gate = gated();
    const receipts = new ReceiptsOwner({ store: gate.store, writer });
    const first = receipts.advance(conversationId, upTo(bob, 3));
    await gate.arrived;
    const second = receipts.advance(conversationId, upTo(ada, 4));
    await writer.inspect(conversationId, () => null);
    const stopped = receipts.stop();
    gate.open();
    await stopped;
    const recorded = await marks();
    expect(await Promise.all([first, second])).toEqual(['recorded', 'recorded']);
    expect(recorded).toMatchObject([
      { userId: bob, deliveredUpTo: 3 },
      { userId: ada, deliveredUpTo: 4 },
    ]);
  });

  it('takes no report afterwards', async () => {
    const receipts = new ReceiptsOwner({ store, writer });
    await receipts.stop();
    expect(await receipts.advance(conversationId, upTo(bob, 3))).toBe('unavailable');
    expect(await marks()).toEqual([]);
  });
});

describe('a report whose append fails', () => {
  it.each([
    ['lost with its reply', 'reply-lost', 'recorded'],
    ['lost on the way', 'request-lost', 'recorded'],
    ['refused for a full log', 'log-full', 'unavailable'],
  ] as const)('is answered as it ended: %s', async (_, fault, outcome) => {
    const receipts = new ReceiptsOwner({ store: withFaults(store, [fault]), writer });
    expect(await receipts.advance(conversationId, upTo(bob, 3))).toBe(outcome);
    expect(await marks()).toHaveLength(outcome === 'recorded' ? 1 : 0);
    await receipts.stop();
  });

  it('is answered busy when nobody foresaw how, and the next one is recorded', async () => {
    const errors: unknown[] = [];
    let fails = true;
    const append: EventStore['append'] = (...args) =>
      fails ? Promise.reject(new Error('no such thing')) : store.append(...args);
    const onError = (error: unknown): void => void errors.push(error);
    const receipts = new ReceiptsOwner({ store: replacing(store, { append }), writer, onError });
    expect(await receipts.advance(conversationId, upTo(bob, 3))).toBe('busy');
    expect(errors).toHaveLength(1);
    fails = false;
    const next = receipts.advance(conversationId, upTo(bob, 5));
    await writer.inspect(conversationId, () => null);
    await receipts.stop();
    expect(await next).toBe('recorded');
    expect(await marks()).toMatchObject([{ userId: bob, deliveredUpTo: 5 }]);
  });
});

describe('two owners of the same watermarks', () => {
  it('merge what the other one recorded', async () => {
    const [here, there] = [new ReceiptsOwner({ store, writer }), new ReceiptsOwner({ store, writer })];
    await here.advance(conversationId, upTo(bob, 2));
    await there.advance(conversationId, upTo(bob, 6));
    const late = here.advance(conversationId, upTo(bob, 4));
    await writer.inspect(conversationId, () => null);
    await here.stop();
    expect(await late).toBe('recorded');
    expect(await marks()).toMatchObject([{ deliveredUpTo: 2 }, { deliveredUpTo: 6 }]);
  });
});

describe('a snapshot that the log does not reach, as after a restore', () => {
  it('is not believed', async () => {
    const stored = [[bob, { deliveredUpTo: 9, readUpTo: 9 }]];
    const snapshot = await packSnapshot(600 as Revision, RECEIPTS_SNAPSHOT_SCHEMA_VERSION, stored);
    const restored = replacing(store, { readSnapshot: () => Promise.resolve(snapshot) });
    const receipts = new ReceiptsOwner({ store: restored, writer });
    expect(await receipts.advance(conversationId, upTo(bob, 5))).toBe('recorded');
    expect(await marks()).toMatchObject([{ userId: bob, deliveredUpTo: 5 }]);
    await receipts.stop();
  });
});
