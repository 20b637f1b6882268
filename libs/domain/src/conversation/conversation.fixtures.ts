import { specificationOf } from '@verbatim/testing/specification';
import type { CommandId, MessageId, Seq, UserId } from '../kernel/ids.js';
import { ada, bob, crowd, NOON, uuidOf } from '../kernel/people.fixtures.js';
import type {
  AddMembers,
  ConversationCommand,
  ConversationContext,
  CreateGroup,
  JoinGroup,
  LeaveGroup,
  RemoveMember,
  RenameGroup,
  SendMessage,
  StartDirectConversation,
} from './conversation.commands.js';
import { conversationDecider } from './conversation.decide.js';
import type {
  ConversationEvent,
  DirectConversationStarted,
  GroupCreated,
  GroupRenamed,
  MemberJoined,
  MemberLeft,
  MemberRemoved,
  MembersAdded,
  MessageSent,
} from './conversation.events.js';
import { evolveConversation } from './conversation.evolve.js';
import { MEMBERS_ADDED_MAX } from './conversation.limits.js';
import { type Conversation, initialConversation } from './conversation.state.js';

export const { given } = specificationOf(conversationDecider);

export const folded = (events: readonly ConversationEvent[]): Conversation =>
  events.reduce((state, event, index) => evolveConversation(state, event, index as Seq), initialConversation());

// Commands.
const by = (actorId: UserId): ConversationContext => ({ actorId, now: NOON });

export const startDirectBy = (actorId: UserId, withUserId: UserId): StartDirectConversation => ({
  type: 'StartDirectConversation',
  data: { withUserId },
  context: by(actorId),
});
export const createGroupBy = (actorId: UserId, data: Partial<CreateGroup['data']> = {}): CreateGroup => ({
  type: 'CreateGroup',
  data: { name: 'Engines', visibility: 'invite-only', memberIds: [], ...data },
  context: by(actorId),
});
export const renameBy = (actorId: UserId, name: string): RenameGroup => ({
  type: 'RenameGroup',
  data: { name },
  context: by(actorId),
});
export const joinBy = (actorId: UserId): JoinGroup => ({ type: 'JoinGroup', data: {}, context: by(actorId) });
export const leaveBy = (actorId: UserId): LeaveGroup => ({ type: 'LeaveGroup', data: {}, context: by(actorId) });
export const addBy = (actorId: UserId, ...userIds: UserId[]): AddMembers => ({
  type: 'AddMembers',
  data: { userIds },
  context: by(actorId),
});
export const removeBy = (actorId: UserId, userId: UserId): RemoveMember => ({
  type: 'RemoveMember',
  data: { userId },
  context: by(actorId),
});

const messageId = uuidOf(1) as MessageId;
const clientMsgId = uuidOf(2) as CommandId;
export const sendBy = (actorId: UserId, body = 'hello'): SendMessage => ({
  type: 'SendMessage',
  data: { messageId, clientMsgId, body },
  context: by(actorId),
});

// Events.
export const directOfAdaAndBob = (): DirectConversationStarted => ({
  type: 'DirectConversationStarted',
  data: { startedBy: ada, participantIds: [ada, bob] },
});
const groupByAda = (visibility: 'open' | 'invite-only', memberIds: readonly UserId[]): GroupCreated => ({
  type: 'GroupCreated',
  data: { creatorId: ada, name: 'Engines', visibility, memberIds },
});
export const openGroupByAda = (...memberIds: UserId[]): GroupCreated => groupByAda('open', memberIds);
export const closedGroupByAda = (...memberIds: UserId[]): GroupCreated => groupByAda('invite-only', memberIds);
export const renamed = (name: string, renamedBy: UserId = ada): GroupRenamed => ({
  type: 'GroupRenamed',
  data: { name, renamedBy },
});
export const joined = (userId: UserId): MemberJoined => ({ type: 'MemberJoined', data: { userId } });
export const left = (userId: UserId, newOwnerId: UserId | null = null): MemberLeft => ({
  type: 'MemberLeft',
  data: { userId, newOwnerId },
});
export const added = (addedBy: UserId, ...userIds: UserId[]): MembersAdded => ({
  type: 'MembersAdded',
  data: { userIds, addedBy },
});
export const removed = (userId: UserId, removedBy: UserId = ada): MemberRemoved => ({
  type: 'MemberRemoved',
  data: { userId, removedBy },
});
export const sent = (senderId: UserId, body = 'hello'): MessageSent => ({
  type: 'MessageSent',
  data: { messageId, clientMsgId, senderId, body, sentAt: NOON },
});

/** Ada's open group with exactly so many members, herself and bob included. */
export const openGroupOf = (memberCount: number): ConversationEvent[] => {
  const people = crowd(memberCount - 2);
  const events: ConversationEvent[] = [openGroupByAda(bob)];
  for (let index = 0; index < people.length; index += MEMBERS_ADDED_MAX) {
    events.push(added(ada, ...people.slice(index, index + MEMBERS_ADDED_MAX)));
  }
  return events;
};

/** One command of each type that an outsider may try, by `actorId`; creating and starting are nobody's to be refused. */
export const everyCommandToMembersBy = (actorId: UserId): ConversationCommand[] => [
  renameBy(actorId, 'Other'),
  leaveBy(actorId),
  addBy(actorId, bob),
  removeBy(actorId, bob),
  sendBy(actorId),
];
