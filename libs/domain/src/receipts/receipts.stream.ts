import type { ConversationId, StreamName } from '../kernel/ids.js';
import { categoryOf, idOf, streamNameOf } from '../kernel/stream-name.js';

export const RECEIPTS_CATEGORY = 'receipts';

/** `receipts-<conversation uuid>`. Throws `RangeError` unless the id is a lower-case UUID. */
export const receiptsStream = (conversationId: ConversationId): StreamName =>
  streamNameOf(RECEIPTS_CATEGORY, conversationId);

/** The conversation whose receipts a stream holds. Throws `RangeError` for any other stream. */
export const conversationIdOfReceipts = (stream: StreamName): ConversationId => {
  if (categoryOf(stream) !== RECEIPTS_CATEGORY) throw new RangeError(`no receipts stream: ${stream.slice(0, 64)}`);
  return idOf(stream) as ConversationId;
};
