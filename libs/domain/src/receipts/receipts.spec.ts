import fc from 'fast-check';
import type { Seq } from '../kernel/ids.js';
import { ada, bob, cleo, crowd } from '../kernel/people.fixtures.js';
import { evolveReceipts } from './receipts.evolve.js';
import { RECEIPT_USERS_MAX } from './receipts.limits.js';
import { mergeReceipts, type ReceiptUpdate } from './receipts.merge.js';
import { initialReceipts, type ReceiptMarks, type Receipts } from './receipts.state.js';

const seq = (value: number): Seq => value as Seq;
const marks = (deliveredUpTo: number, readUpTo: number): ReceiptMarks => ({
  deliveredUpTo: seq(deliveredUpTo),
  readUpTo: seq(readUpTo),
});
const HEAD = seq(100);
const adaAt = (deliveredUpTo: number, readUpTo: number): Receipts => new Map([[ada, marks(deliveredUpTo, readUpTo)]]);
const advanced = (...users: [typeof ada, number, number][]) => ({
  type: 'ReceiptsAdvanced',
  data: { users: users.map(([userId, deliveredUpTo, readUpTo]) => ({ userId, deliveredUpTo, readUpTo })) },
});

describe('merging receipts', () => {
  it('names those who advanced and nobody else', () => {
    const updates = [{ userId: ada, deliveredUpTo: seq(7) }, { userId: bob, deliveredUpTo: seq(3) }, { userId: cleo }];
    expect(mergeReceipts(adaAt(7, 2), updates, HEAD)).toEqual(advanced([bob, 3, -1]));
  });

  it('takes what was read as delivered', () => {
    expect(mergeReceipts(initialReceipts(), [{ userId: ada, readUpTo: seq(4) }], HEAD)).toEqual(advanced([ada, 4, 4]));
  });

  it('never goes back', () => {
    const updates = [{ userId: ada, deliveredUpTo: seq(6), readUpTo: seq(1) }];
    expect(mergeReceipts(adaAt(7, 2), updates, HEAD)).toBeNull();
    expect(mergeReceipts(adaAt(7, 2), [{ userId: ada, deliveredUpTo: seq(1), readUpTo: seq(3) }], HEAD)).toEqual(
      advanced([ada, 7, 3]),
    );
  });

  it('goes no further than the head', () => {
    expect(
      mergeReceipts(adaAt(7, 2), [{ userId: ada, deliveredUpTo: seq(101), readUpTo: seq(2 ** 53 - 1) }], HEAD),
    ).toEqual(advanced([ada, 100, 100]));
    expect(mergeReceipts(initialReceipts(), [{ userId: ada, readUpTo: seq(5) }], seq(-1))).toBeNull();
  });

  it('is null for no reports, and for reports that were merged before', () => {
    expect(mergeReceipts(adaAt(7, 2), [], HEAD)).toBeNull();
    expect(mergeReceipts(adaAt(7, 2), [{ userId: ada, deliveredUpTo: seq(7), readUpTo: seq(2) }], HEAD)).toBeNull();
  });

  it('names a user with several devices once', () => {
    const updates = [
      { userId: ada, deliveredUpTo: seq(9) },
      { userId: ada, readUpTo: seq(8) },
      { userId: ada, deliveredUpTo: seq(5) },
    ];
    expect(mergeReceipts(adaAt(7, 2), updates, HEAD)).toEqual(advanced([ada, 9, 8]));
  });

  it('takes as many updates as an event may name, and refuses one more', () => {
    const updates = crowd(RECEIPT_USERS_MAX).map((userId) => ({ userId, readUpTo: seq(1) }));
    expect(mergeReceipts(initialReceipts(), updates, HEAD)?.data.users).toHaveLength(RECEIPT_USERS_MAX);
    expect(() => mergeReceipts(initialReceipts(), [...updates, { userId: ada }], HEAD)).toThrow(RangeError);
  });
});

describe('receipts, after any reports', () => {
  const mark = fc.option(fc.integer({ min: -1, max: 130 }).map(seq), { nil: undefined });
  const update: fc.Arbitrary<ReceiptUpdate> = fc.record({
    userId: fc.constantFrom(ada, bob),
    deliveredUpTo: mark,
    readUpTo: mark,
  });
  const batches = fc.array(fc.array(update, { maxLength: 6 }), { maxLength: 8 });
  const merged = (receipts: Receipts, updates: readonly ReceiptUpdate[]): Receipts => {
    const event = mergeReceipts(receipts, updates, HEAD);
    return event ? evolveReceipts(receipts, event) : receipts;
  };

  it('stand at the same marks whatever the order and the batching', () => {
    fc.assert(
      fc.property(batches, (reports) => {
        const inBatches = reports.reduce(merged, initialReceipts());
        expect(merged(initialReceipts(), reports.flat().toReversed())).toEqual(inBatches);
      }),
    );
  });

  it('are read no further than delivered, delivered no further than the head, and nothing is left to merge', () => {
    fc.assert(
      fc.property(batches, (reports) => {
        const receipts = reports.reduce(merged, initialReceipts());
        for (const { deliveredUpTo, readUpTo } of receipts.values()) {
          expect(readUpTo).toBeLessThanOrEqual(deliveredUpTo);
          expect(deliveredUpTo).toBeLessThanOrEqual(HEAD);
        }
        expect(mergeReceipts(receipts, reports.flat(), HEAD)).toBeNull();
      }),
    );
  });
});
