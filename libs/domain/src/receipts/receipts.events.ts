import type { DomainEvent } from '../kernel/event.js';
import type { Seq, UserId } from '../kernel/ids.js';

/** One member's watermarks after the merge: `readUpTo <= deliveredUpTo`; -1 is "nothing yet". */
export type Watermark = { userId: UserId; deliveredUpTo: Seq; readUpTo: Seq };
/** At most one per conversation and second, whoever reported; watermarks never go back. */
export type ReceiptsAdvanced = DomainEvent<'ReceiptsAdvanced', { users: readonly Watermark[] }>;

/** Everything a `receipts-<conversation uuid>` stream may hold. Stored for ever. */
export type ReceiptsEvent = ReceiptsAdvanced;
