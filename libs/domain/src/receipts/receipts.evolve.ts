import type { ReceiptsEvent } from './receipts.events.js';
import type { Receipts } from './receipts.state.js';

/** Takes ownership of `receipts` and changes it in place. Go on with what is returned. */
export const evolveReceipts = (receipts: Receipts, event: ReceiptsEvent): Receipts => {
  for (const { userId, deliveredUpTo, readUpTo } of event.data.users) {
    receipts.set(userId, { deliveredUpTo, readUpTo });
  }
  return receipts;
};
