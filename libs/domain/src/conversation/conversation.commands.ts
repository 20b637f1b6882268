import type { DomainCommand } from '../kernel/event.js';
import type { CommandId, IsoTimestamp, MessageId, UserId } from '../kernel/ids.js';
import type { GroupVisibility } from './conversation.events.js';

export type ConversationContext = { actorId: UserId; now: IsoTimestamp };
type ConversationCommandOf<Type extends string, Data extends object> = DomainCommand<Type, Data, ConversationContext>;

export type StartDirectConversation = ConversationCommandOf<'StartDirectConversation', { withUserId: UserId }>;
export type CreateGroup = ConversationCommandOf<
  'CreateGroup',
  { name: string; visibility: GroupVisibility; memberIds: readonly UserId[] }
>;
export type RenameGroup = ConversationCommandOf<'RenameGroup', { name: string }>;
export type JoinGroup = ConversationCommandOf<'JoinGroup', object>;
export type LeaveGroup = ConversationCommandOf<'LeaveGroup', object>;
export type AddMembers = ConversationCommandOf<'AddMembers', { userIds: readonly UserId[] }>;
export type RemoveMember = ConversationCommandOf<'RemoveMember', { userId: UserId }>;
export type SendMessage = ConversationCommandOf<
  'SendMessage',
  { messageId: MessageId; clientMsgId: CommandId; body: string }
>;

export type ConversationCommand =
  | StartDirectConversation
  | CreateGroup
  | RenameGroup
  | JoinGroup
  | LeaveGroup
  | AddMembers
  | RemoveMember
  | SendMessage;
