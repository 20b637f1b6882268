import { conversationStream, userStream } from '@verbatim/domain';
import type {
  CommandId,
  ConversationEvent,
  ConversationId,
  DomainEvent,
  IsoTimestamp,
  MessageId,
  StreamName,
  UserId,
} from '@verbatim/domain';
import type { EventId, EventStore, EventToAppend, Position } from '@verbatim/event-store';
import { uuidV7 } from '@verbatim/platform';

const TEN_O_CLOCK = '2026-01-01T10:00:00.000Z' as IsoTimestamp;

export const ada = uuidV7() as UserId;
export const bob = uuidV7() as UserId;
export const aConversation = (): ConversationId => uuidV7() as ConversationId;

const toAppend = (event: DomainEvent, actorId: UserId): EventToAppend => ({
  eventId: uuidV7() as EventId,
  event,
  metadata: {
    actorId,
    deviceId: null,
    sessionId: null,
    commandId: uuidV7() as CommandId,
    correlationId: 'trace-1',
    causationId: null,
    ipClass: null,
    recordedAt: TEN_O_CLOCK,
  },
});

/** Appends to a real log what people do. Each call is one append; its position is returned. */
export class People {
  constructor(private readonly eventStore: EventStore) {}

  starts(conversationId: ConversationId): Promise<Position> {
    const event: ConversationEvent = {
      type: 'GroupCreated',
      data: { creatorId: ada, name: 'tea', visibility: 'open', memberIds: [bob] },
    };
    return this.append(conversationStream(conversationId), event);
  }

  sends(conversationId: ConversationId, ...bodies: readonly string[]): Promise<Position> {
    return this.append(conversationStream(conversationId), ...bodies.map(messageSent));
  }

  removesBob(conversationId: ConversationId): Promise<Position> {
    return this.append(conversationStream(conversationId), {
      type: 'MemberRemoved',
      data: { userId: bob, removedBy: ada },
    });
  }

  registers(userId: UserId, userName: string): Promise<Position> {
    const data = { userId, userName, displayName: userName, registeredAt: TEN_O_CLOCK };
    return this.append(userStream(userId), { type: 'UserRegistered', data });
  }

  async append(stream: StreamName, ...events: readonly DomainEvent[]): Promise<Position> {
    const outcome = await this.eventStore.append(
      stream,
      'any',
      events.map((event) => toAppend(event, ada)),
    );
    if (outcome.outcome !== 'appended') throw new Error(outcome.outcome);
    return outcome.lastPosition;
  }
}

const messageSent = (body: string): ConversationEvent => ({
  type: 'MessageSent',
  data: {
    messageId: uuidV7() as MessageId,
    clientMsgId: uuidV7() as CommandId,
    senderId: ada,
    body,
    sentAt: TEN_O_CLOCK,
  },
});
