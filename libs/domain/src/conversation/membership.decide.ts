import { accept, reject } from '../kernel/decision.js';
import type { UserId } from '../kernel/ids.js';
import { groupOfMember, groupToJoin } from './conversation.access.js';
import type { AddMembers, JoinGroup, LeaveGroup, RemoveMember } from './conversation.commands.js';
import type { ConversationDecision } from './conversation.decision.js';
import { GROUP_MEMBERS_MAX, MEMBERS_ADDED_MAX } from './conversation.limits.js';
import type { Conversation, Group } from './conversation.state.js';

const groupFull = (): ConversationDecision => reject({ code: 'group-full', membersMax: GROUP_MEMBERS_MAX });

export const joinGroup = ({ context: { actorId } }: JoinGroup, conversation: Conversation): ConversationDecision => {
  const access = groupToJoin(conversation, actorId);
  if (access.outcome === 'rejected') return access;
  if (access.group.members.has(actorId)) return accept();
  if (access.group.members.size >= GROUP_MEMBERS_MAX) return groupFull();
  return accept({ type: 'MemberJoined', data: { userId: actorId } });
};

/** The longest-standing member beside the one who leaves: the first other key, for the map is in order of joining. */
const successorOf = (group: Group, leaverId: UserId): UserId | null => {
  for (const userId of group.members.keys()) if (userId !== leaverId) return userId;
  return null;
};

const leave = (group: Group, userId: UserId): ConversationDecision => {
  const newOwnerId = group.ownerId === userId ? successorOf(group, userId) : null;
  return accept({ type: 'MemberLeft', data: { userId, newOwnerId } });
};

export const leaveGroup = ({ context: { actorId } }: LeaveGroup, conversation: Conversation): ConversationDecision => {
  const access = groupOfMember(conversation, actorId);
  return access.outcome === 'rejected' ? access : leave(access.group, actorId);
};

export const addMembers = (
  { data: { userIds }, context: { actorId } }: AddMembers,
  conversation: Conversation,
): ConversationDecision => {
  const access = groupOfMember(conversation, actorId);
  if (access.outcome === 'rejected') return access;
  const { group } = access;
  if (group.visibility === 'invite-only' && group.ownerId !== actorId) return reject({ code: 'not-the-owner' });
  if (userIds.length > MEMBERS_ADDED_MAX) {
    return reject({ code: 'too-many-members-in-one-command', membersMax: MEMBERS_ADDED_MAX });
  }
  const newcomers = [...new Set(userIds)].filter((userId) => !group.members.has(userId));
  if (newcomers.length === 0) return accept();
  if (group.members.size + newcomers.length > GROUP_MEMBERS_MAX) return groupFull();
  return accept({ type: 'MembersAdded', data: { userIds: newcomers, addedBy: actorId } });
};

/** An owner who removes himself leaves, with the handover of a leave; no other member removes anybody. */
export const removeMember = (
  { data: { userId }, context: { actorId } }: RemoveMember,
  conversation: Conversation,
): ConversationDecision => {
  const access = groupOfMember(conversation, actorId);
  if (access.outcome === 'rejected') return access;
  if (access.group.ownerId !== actorId) return reject({ code: 'not-the-owner' });
  if (userId === actorId) return leave(access.group, actorId);
  if (!access.group.members.has(userId)) return accept();
  return accept({ type: 'MemberRemoved', data: { userId, removedBy: actorId } });
};
