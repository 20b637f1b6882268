import type { Seq, UserId } from '../kernel/ids.js';
import type { ReceiptsAdvanced, Watermark } from './receipts.events.js';
import { RECEIPT_USERS_MAX } from './receipts.limits.js';
import type { ReceiptMarks, Receipts } from './receipts.state.js';

/** What a device reports of its user; either mark may be missing. */
export type ReceiptUpdate = {
  readonly userId: UserId;
  readonly deliveredUpTo?: Seq | undefined;
  readonly readUpTo?: Seq | undefined;
};

const NOTHING_YET: ReceiptMarks = { deliveredUpTo: -1 as Seq, readUpTo: -1 as Seq };

const highest = (...seqs: Seq[]): Seq => Math.max(...seqs) as Seq;
const lowest = (...seqs: Seq[]): Seq => Math.min(...seqs) as Seq;

const advance = (marks: ReceiptMarks, { deliveredUpTo, readUpTo }: ReceiptUpdate, headSeq: Seq): ReceiptMarks => {
  const read = highest(marks.readUpTo, lowest(readUpTo ?? marks.readUpTo, headSeq));
  const delivered = highest(marks.deliveredUpTo, lowest(deliveredUpTo ?? marks.deliveredUpTo, headSeq), read);
  return { deliveredUpTo: delivered, readUpTo: read };
};

const isAbove = (marks: ReceiptMarks, before: ReceiptMarks): boolean =>
  marks.deliveredUpTo > before.deliveredUpTo || marks.readUpTo > before.readUpTo;

/**
 * Merges the reports of a second by maximum, clamped to the conversation's head; read implies delivered. Only those who
 * advanced are in the event, at most once each; null when nobody did. Changes nothing it is given. The order of the
 * updates does not matter. Whether they come from members is settled before.
 * Throws `RangeError` for more than `RECEIPT_USERS_MAX` updates: the caller keeps the rest for the next event.
 */
export const mergeReceipts = (
  receipts: ReadonlyMap<UserId, ReceiptMarks>,
  updates: readonly ReceiptUpdate[],
  headSeq: Seq,
): ReceiptsAdvanced | null => {
  if (updates.length > RECEIPT_USERS_MAX) throw new RangeError(`more than ${RECEIPT_USERS_MAX} receipt updates`);
  const advanced: Receipts = new Map();
  for (const update of updates) {
    const before = advanced.get(update.userId) ?? receipts.get(update.userId) ?? NOTHING_YET;
    const after = advance(before, update, headSeq);
    if (isAbove(after, before)) advanced.set(update.userId, after);
  }
  if (advanced.size === 0) return null;
  const users: Watermark[] = [...advanced].map(([userId, marks]) => ({ userId, ...marks }));
  return { type: 'ReceiptsAdvanced', data: { users } };
};
