import { setImmediate as nextTurn } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { type ConversationId, type Seq, type UserId, receiptsStream } from '@verbatim/domain';
import type { EventStore } from '@verbatim/event-store';
import {
  ada,
  bob,
  conversationId,
  groupBy,
  openStore,
  removalBy,
  sendBy,
  writerOn,
} from '../conversation/writer/conversation-writer.fixtures.js';
import { ReceiptsOwner } from './receipts-owner.js';

const stranger = '00000000-0000-4000-8000-000000000000' as UserId;
const upTo = (userId: UserId, deliveredUpTo: number, readUpTo?: number) => ({
  userId,
  deliveredUpTo: deliveredUpTo as Seq,
  ...(readUpTo === undefined ? {} : { readUpTo: readUpTo as Seq }),
});

let store: EventStore;
let receipts: ReceiptsOwner;
let writer: ReturnType<typeof writerOn>;

beforeEach(async () => {
  store = await openStore();
  writer = writerOn(store);
  receipts = new ReceiptsOwner({ store, writer });
  await writer.run(groupBy(ada, [bob]));
  await Promise.all(Array.from({ length: 9 }, (_, index) => writer.run(sendBy(ada, `message ${index}`))));
});
afterEach(async () => {
  await receipts.stop();
  await store.close();
});

const recorded = async (id: ConversationId = conversationId): Promise<object[]> => {
  const { events } = await store.readStream(receiptsStream(id), { maxCount: 100 });
  return events.map(({ event }) => event.data);
};

describe('advancing receipts', () => {
  it('records the first report at once', async () => {
    expect(await receipts.advance(conversationId, upTo(bob, 3))).toBe('recorded');
    expect(await recorded()).toEqual([{ users: [{ userId: bob, deliveredUpTo: 3, readUpTo: -1 }] }]);
  });

  it('merges what comes within a second, from everybody, into one event', async () => {
    await receipts.advance(conversationId, upTo(bob, 1));
    const reports = [upTo(bob, 2), upTo(ada, 4), upTo(bob, 5, 3), upTo(bob, 4)];
    const outcomes = Promise.all(reports.map((report) => receipts.advance(conversationId, report)));
    await writer.inspect(conversationId, () => null);
    await receipts.stop();
    expect(await outcomes).toEqual(['recorded', 'recorded', 'recorded', 'recorded']);
    expect((await recorded()).slice(1)).toEqual([
      {
        users: [
          { userId: bob, deliveredUpTo: 5, readUpTo: 3 },
          { userId: ada, deliveredUpTo: 4, readUpTo: -1 },
        ],
      },
    ]);
  });

  it('clamps a mark above the head', async () => {
    await receipts.advance(conversationId, upTo(bob, 5_000, 5_000));
    expect(await recorded()).toEqual([{ users: [{ userId: bob, deliveredUpTo: 9, readUpTo: 9 }] }]);
  });

  it('records nothing when nobody advanced', async () => {
    await receipts.advance(conversationId, upTo(bob, 5));
    const again = receipts.advance(conversationId, upTo(bob, 4));
    await writer.inspect(conversationId, () => null);
    await receipts.stop();
    expect(await again).toBe('recorded');
    expect(await recorded()).toHaveLength(1);
  });

  it('asks a log that others write to once for all reports of a second', async () => {
    const read = jest.spyOn(store, 'readStream');
    const elsewhere = new ReceiptsOwner({ store, writer: writerOn(store, { isLogShared: true }) });
    await elsewhere.advance(conversationId, upTo(bob, 1));
    read.mockClear();
    const reports = [upTo(bob, 2), upTo(ada, 4), upTo(bob, 5)].map((report) =>
      elsewhere.advance(conversationId, report),
    );
    await nextTurn();
    await elsewhere.stop();
    expect(await Promise.all(reports)).toEqual(['recorded', 'recorded', 'recorded']);
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('is refused to who was removed elsewhere, when his report would be recorded', async () => {
    const elsewhere = new ReceiptsOwner({ store, writer: writerOn(store, { isLogShared: true }) });
    await elsewhere.advance(conversationId, upTo(bob, 1));
    await writer.run(removalBy(ada, bob));
    const late = elsewhere.advance(conversationId, upTo(bob, 3));
    await nextTurn();
    await elsewhere.stop();
    expect(await late).toBe('not-a-member');
  });

  it('is refused to a stranger and to who was removed', async () => {
    await writer.run(removalBy(ada, bob));
    expect(await receipts.advance(conversationId, upTo(bob, 3))).toBe('not-a-member');
    expect(await receipts.advance(conversationId, upTo(stranger, 3))).toBe('not-found');
    expect(await recorded()).toEqual([]);
  });

  it('goes on from what an earlier process recorded', async () => {
    await receipts.advance(conversationId, upTo(bob, 7));
    const restarted = new ReceiptsOwner({ store, writer });
    await restarted.advance(conversationId, upTo(bob, 3, 2));
    expect((await recorded()).at(-1)).toEqual({ users: [{ userId: bob, deliveredUpTo: 7, readUpTo: 2 }] });
  });
});
