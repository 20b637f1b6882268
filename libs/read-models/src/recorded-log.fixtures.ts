import type {
  CommandId,
  ConversationEvent,
  ConversationId,
  DomainEvent,
  GroupVisibility,
  IsoTimestamp,
  MessageId,
  ReceiptsEvent,
  Revision,
  Seq,
  StreamName,
  UserEvent,
  UserId,
} from '@verbatim/domain';
import type { EventId, LogIdentity, Position, RecordedEvent } from '@verbatim/event-store';

const id = (kind: string, number: number): string =>
  `018f0000-0000-7000-8000-${kind}${number.toString(16).padStart(12 - kind.length, '0')}`;

export const aUserId = (number: number): UserId => id('aaaa', number) as UserId;
export const aConversationId = (number: number): ConversationId => id('cccc', number) as ConversationId;
export const aCommandId = (number: number): CommandId => id('dddd', number) as CommandId;

export const ada = aUserId(1);
export const bob = aUserId(2);
export const cleo = aUserId(3);
export const dan = aUserId(4);
export const aLogIdentity: LogIdentity = { logId: 'a-log', epoch: 1 };

const TEN_O_CLOCK = '2026-01-01T10:00:00.000Z' as IsoTimestamp;
/** Positions have gaps, as those of every log. */
const POSITION_STEP = 16n;

/** A log made by hand: streams with dense revisions, positions that rise. Each method appends one event. */
export class RecordedLog {
  readonly events: RecordedEvent[] = [];
  readonly #revisions = new Map<StreamName, number>();

  get last(): RecordedEvent {
    return this.events.at(-1) as RecordedEvent;
  }

  direct(conversation: number, startedBy: UserId, withUserId: UserId): this {
    const participantIds = [startedBy, withUserId].sort() as [UserId, UserId];
    return this.#say(conversation, startedBy, {
      type: 'DirectConversationStarted',
      data: { startedBy, participantIds },
    });
  }

  group(
    conversation: number,
    creatorId: UserId,
    memberIds: readonly UserId[] = [],
    name = 'a group',
    visibility: GroupVisibility = 'open',
  ): this {
    return this.#say(conversation, creatorId, {
      type: 'GroupCreated',
      data: { creatorId, name, visibility, memberIds },
    });
  }

  sent(conversation: number, senderId: UserId, body = 'hello', commandId = this.#nextCommandId()): this {
    const messageId = id('bbbb', this.events.length) as MessageId;
    const data = { messageId, clientMsgId: commandId, senderId, body, sentAt: TEN_O_CLOCK };
    return this.#say(conversation, senderId, { type: 'MessageSent', data }, commandId);
  }

  renamed(conversation: number, renamedBy: UserId, name: string): this {
    return this.#say(conversation, renamedBy, { type: 'GroupRenamed', data: { name, renamedBy } });
  }

  joined(conversation: number, userId: UserId): this {
    return this.#say(conversation, userId, { type: 'MemberJoined', data: { userId } });
  }

  left(conversation: number, userId: UserId, newOwnerId: UserId | null = null): this {
    return this.#say(conversation, userId, { type: 'MemberLeft', data: { userId, newOwnerId } });
  }

  added(conversation: number, addedBy: UserId, ...userIds: UserId[]): this {
    return this.#say(conversation, addedBy, { type: 'MembersAdded', data: { userIds, addedBy } });
  }

  removed(conversation: number, removedBy: UserId, userId: UserId): this {
    return this.#say(conversation, removedBy, { type: 'MemberRemoved', data: { userId, removedBy } });
  }

  receipt(conversation: number, userId: UserId, deliveredUpTo: number, readUpTo: number): this {
    const users = [{ userId, deliveredUpTo: deliveredUpTo as Seq, readUpTo: readUpTo as Seq }];
    const event: ReceiptsEvent = { type: 'ReceiptsAdvanced', data: { users } };
    return this.append(`receipts-${aConversationId(conversation)}` as StreamName, event, null);
  }

  registered(userId: UserId, userName: string, displayName = userName): this {
    const event: UserEvent = {
      type: 'UserRegistered',
      data: { userId, userName, displayName, registeredAt: TEN_O_CLOCK },
    };
    return this.append(`user-${userId}` as StreamName, event, userId);
  }

  profile(userId: UserId, displayName: string): this {
    return this.append(`user-${userId}` as StreamName, { type: 'ProfileUpdated', data: { displayName } }, userId);
  }

  append(streamName: StreamName, event: DomainEvent, actorId: UserId | null, commandId = this.#nextCommandId()): this {
    const revision = (this.#revisions.get(streamName) ?? -1) + 1;
    this.#revisions.set(streamName, revision);
    this.events.push({
      eventId: id('eeee', this.events.length) as EventId,
      streamName,
      revision: revision as Revision,
      position: (BigInt(this.events.length + 1) * POSITION_STEP) as Position,
      event,
      metadata: {
        actorId,
        deviceId: null,
        sessionId: null,
        commandId,
        correlationId: 'trace-1',
        causationId: null,
        ipClass: null,
        recordedAt: TEN_O_CLOCK,
      },
    });
    return this;
  }

  #say(conversation: number, actorId: UserId, event: ConversationEvent, commandId = this.#nextCommandId()): this {
    return this.append(`conversation-${aConversationId(conversation)}` as StreamName, event, actorId, commandId);
  }

  #nextCommandId(): CommandId {
    return aCommandId(this.events.length);
  }
}

export const aLog = (): RecordedLog => new RecordedLog();
