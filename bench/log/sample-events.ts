import { randomUUID } from 'node:crypto';
import type { CommandId, ConversationId, IsoTimestamp, MessageId, MessageSent, UserId } from '@verbatim/domain';
import type { EventId, EventMetadata, EventToAppend } from '@verbatim/event-store';
import { uuidV7 } from '@verbatim/platform';
import { numberedBody } from '../load/message-text.js';

const SENT_AT = '2026-01-01T10:00:00.000Z' as IsoTimestamp;

export const newConversationId = (): ConversationId => randomUUID() as ConversationId;

export const metadataOf = (actorId: UserId, commandId: CommandId): EventMetadata => ({
  actorId,
  deviceId: null,
  sessionId: null,
  commandId,
  correlationId: 'bench',
  causationId: null,
  ipClass: 'loopback',
  recordedAt: SENT_AT,
});

/** A message of 100 bytes as the server stores it. */
export const sampleMessage = (senderId: UserId, number: number): EventToAppend<MessageSent> => {
  const clientMsgId = uuidV7() as CommandId;
  return {
    eventId: uuidV7() as EventId,
    event: {
      type: 'MessageSent',
      data: { messageId: uuidV7() as MessageId, clientMsgId, senderId, body: numberedBody(number), sentAt: SENT_AT },
    },
    metadata: metadataOf(senderId, clientMsgId),
  };
};
