import type { Seq, UserId } from '../kernel/ids.js';

/** `readUpTo <= deliveredUpTo`; -1 is "nothing yet". */
export type ReceiptMarks = { readonly deliveredUpTo: Seq; readonly readUpTo: Seq };
/** The watermarks of everyone who ever reported one in a conversation. */
export type Receipts = Map<UserId, ReceiptMarks>;

export const initialReceipts = (): Receipts => new Map();
