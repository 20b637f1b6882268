import type { ConversationId, StreamName } from '../kernel/ids.js';
import { categoryOf, idOf, streamNameOf } from '../kernel/stream-name.js';

export const CONVERSATION_CATEGORY = 'conversation';

/** `conversation-<uuid>`. Throws `RangeError` unless the id is a lower-case UUID. */
export const conversationStream = (conversationId: ConversationId): StreamName =>
  streamNameOf(CONVERSATION_CATEGORY, conversationId);

/** The conversation that a `conversation-<uuid>` stream is. Throws `RangeError` for any other stream. */
export const conversationIdOf = (stream: StreamName): ConversationId => {
  if (categoryOf(stream) !== CONVERSATION_CATEGORY)
    throw new RangeError(`no conversation stream: ${stream.slice(0, 64)}`);
  return idOf(stream) as ConversationId;
};
