import type { DomainEvent } from '../kernel/event.js';
import type { CommandId, IsoTimestamp, MessageId, UserId } from '../kernel/ids.js';

export type GroupVisibility = 'open' | 'invite-only';

export type DirectConversationStarted = DomainEvent<
  'DirectConversationStarted',
  { startedBy: UserId; participantIds: readonly [UserId, UserId] }
>;
/** `memberIds` are the first members beside the creator, without duplicates. */
export type GroupCreated = DomainEvent<
  'GroupCreated',
  { creatorId: UserId; name: string; visibility: GroupVisibility; memberIds: readonly UserId[] }
>;
export type GroupRenamed = DomainEvent<'GroupRenamed', { name: string; renamedBy: UserId }>;
export type MemberJoined = DomainEvent<'MemberJoined', { userId: UserId }>;
/** `newOwnerId` is the longest-standing member left, when the owner leaves; null otherwise or when nobody is left. */
export type MemberLeft = DomainEvent<'MemberLeft', { userId: UserId; newOwnerId: UserId | null }>;
export type MembersAdded = DomainEvent<'MembersAdded', { userIds: readonly UserId[]; addedBy: UserId }>;
export type MemberRemoved = DomainEvent<'MemberRemoved', { userId: UserId; removedBy: UserId }>;
export type MessageSent = DomainEvent<
  'MessageSent',
  { messageId: MessageId; clientMsgId: CommandId; senderId: UserId; body: string; sentAt: IsoTimestamp }
>;

/** Everything a `conversation-<uuid>` stream may hold. Stored for ever. */
export type ConversationEvent =
  | DirectConversationStarted
  | GroupCreated
  | GroupRenamed
  | MemberJoined
  | MemberLeft
  | MembersAdded
  | MemberRemoved
  | MessageSent;
