import { RECEIPT_USERS_MAX, type ReceiptUpdate, type Seq, type UserId } from '@verbatim/domain';

export type ReceiptOutcome = 'recorded' | 'not-found' | 'not-a-member' | 'busy' | 'unavailable';
type Settle = (outcome: ReceiptOutcome) => void;
type Pending = { update: ReceiptUpdate; readonly settles: Settle[] };

const highest = (a: Seq | undefined, b: Seq | undefined): Seq | undefined =>
  a === undefined ? b : b === undefined || a > b ? a : b;

/** What was reported since the last event of one conversation: one entry per user, whatever he reports in the second. */
export class PendingReceipts {
  private users = new Map<UserId, Pending>();

  get isEmpty(): boolean {
    return this.users.size === 0;
  }

  add(update: ReceiptUpdate, settle: Settle): void {
    const pending = this.users.get(update.userId);
    if (pending === undefined) {
      this.users.set(update.userId, { update, settles: [settle] });
      return;
    }
    pending.settles.push(settle);
    pending.update = {
      userId: update.userId,
      deliveredUpTo: highest(pending.update.deliveredUpTo, update.deliveredUpTo),
      readUpTo: highest(pending.update.readUpTo, update.readUpTo),
    };
  }

  /** Takes as many users as one event may hold; the rest waits for the next. */
  take(): readonly Pending[] {
    const taken: Pending[] = [];
    for (const [userId, pending] of this.users) {
      if (taken.length === RECEIPT_USERS_MAX) break;
      taken.push(pending);
      this.users.delete(userId);
    }
    return taken;
  }
}
