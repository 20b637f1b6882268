import type { ConversationId, StreamName, UserId } from '@verbatim/domain';

/**
 * The id in a stream's name. Names in the log were built from checked ids, so here, once per event and projection, they are
 * only cut.
 */
const subjectIdOf = (streamName: StreamName): string => streamName.slice(streamName.indexOf('-') + 1);

/** Of a `conversation-<id>` or a `receipts-<id>` stream. */
export const conversationIdIn = (streamName: StreamName): ConversationId => subjectIdOf(streamName) as ConversationId;
/** Of a `user-<id>` stream. */
export const userIdIn = (streamName: StreamName): UserId => subjectIdOf(streamName) as UserId;
