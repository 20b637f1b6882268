import { randomUUID } from 'node:crypto';
import {
  conversationStream,
  receiptsStream,
  userStream,
  type CommandId,
  type ConversationEvent,
  type ConversationId,
  type DomainEvent,
  type IsoTimestamp,
  type MessageId,
  type Seq,
  type StreamName,
  type UserEvent,
  type UserId,
} from '@verbatim/domain';
import type { EventId, EventStore, EventToAppend } from '@verbatim/event-store';
import { conversationIdOfPair } from '@verbatim/platform';

const at = '2026-01-01T10:00:00.000Z' as IsoTimestamp;

const toAppend = (event: DomainEvent): EventToAppend => ({
  eventId: randomUUID() as EventId,
  event,
  metadata: {
    actorId: null,
    deviceId: null,
    sessionId: null,
    commandId: randomUUID() as CommandId,
    correlationId: 'c'.repeat(32),
    causationId: null,
    ipClass: null,
    recordedAt: at,
  },
});

export const someUser = (): UserId => randomUUID() as UserId;

/** Writes facts into a log without asking any rule: what a spec needs to have happened. Each returns the seq. */
export class LogWriter {
  constructor(private readonly store: EventStore) {}

  async direct(one: UserId, other: UserId): Promise<ConversationId> {
    const conversationId = conversationIdOfPair(one, other) as ConversationId;
    await this.append(conversationId, {
      type: 'DirectConversationStarted',
      data: { startedBy: one, participantIds: [one, other] },
    });
    return conversationId;
  }

  async group(creatorId: UserId, ...memberIds: UserId[]): Promise<ConversationId> {
    const conversationId = randomUUID() as ConversationId;
    await this.append(conversationId, {
      type: 'GroupCreated',
      data: { creatorId, name: 'Crew', visibility: 'invite-only', memberIds },
    });
    return conversationId;
  }

  send(
    conversationId: ConversationId,
    senderId: UserId,
    body: string,
    clientMsgId: string = randomUUID(),
  ): Promise<number> {
    return this.append(conversationId, {
      type: 'MessageSent',
      data: {
        messageId: randomUUID() as MessageId,
        clientMsgId: clientMsgId as CommandId,
        senderId,
        body,
        sentAt: at,
      },
    });
  }

  add(conversationId: ConversationId, addedBy: UserId, ...userIds: UserId[]): Promise<number> {
    return this.append(conversationId, { type: 'MembersAdded', data: { userIds, addedBy } });
  }

  remove(conversationId: ConversationId, userId: UserId, removedBy: UserId): Promise<number> {
    return this.append(conversationId, { type: 'MemberRemoved', data: { userId, removedBy } });
  }

  async receipts(conversationId: ConversationId, userId: UserId, upTo: number): Promise<void> {
    const watermark = { userId, deliveredUpTo: upTo as Seq, readUpTo: upTo as Seq };
    await this.#write(receiptsStream(conversationId), { type: 'ReceiptsAdvanced', data: { users: [watermark] } });
  }

  async ofUser(userId: UserId, event: UserEvent): Promise<void> {
    await this.#write(userStream(userId), event);
  }

  append(conversationId: ConversationId, event: ConversationEvent): Promise<number> {
    return this.#write(conversationStream(conversationId), event);
  }

  async #write(stream: StreamName, event: DomainEvent): Promise<number> {
    const outcome = await this.store.append(stream, 'any', [toAppend(event)]);
    if (outcome.outcome !== 'appended') throw new Error(`not appended: ${outcome.outcome}`);
    return outcome.lastRevision;
  }
}
