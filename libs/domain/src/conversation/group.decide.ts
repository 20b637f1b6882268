import { accept, reject } from '../kernel/decision.js';
import type { UserId } from '../kernel/ids.js';
import { nameRejectionOf } from '../kernel/name.js';
import { groupOfMember } from './conversation.access.js';
import type { CreateGroup, RenameGroup } from './conversation.commands.js';
import type { ConversationDecision } from './conversation.decision.js';
import { MEMBERS_ADDED_MAX } from './conversation.limits.js';
import type { Conversation } from './conversation.state.js';

const firstMembers = (creatorId: UserId, userIds: readonly UserId[]): readonly UserId[] => {
  const members = new Set(userIds);
  members.delete(creatorId);
  return [...members];
};

/** A retry is answered before it gets here, from its command id; what reaches an existing group is another command. */
export const createGroup = ({ data, context }: CreateGroup, conversation: Conversation): ConversationDecision => {
  if (conversation.kind !== 'absent') return reject({ code: 'conversation-exists' });
  if (data.memberIds.length > MEMBERS_ADDED_MAX) {
    return reject({ code: 'too-many-members-in-one-command', membersMax: MEMBERS_ADDED_MAX });
  }
  const nameRejection = nameRejectionOf(data.name);
  if (nameRejection) return reject(nameRejection);
  const { actorId: creatorId } = context;
  const memberIds = firstMembers(creatorId, data.memberIds);
  return accept({
    type: 'GroupCreated',
    data: { creatorId, name: data.name, visibility: data.visibility, memberIds },
  });
};

export const renameGroup = (
  { data: { name }, context: { actorId } }: RenameGroup,
  conversation: Conversation,
): ConversationDecision => {
  const access = groupOfMember(conversation, actorId);
  if (access.outcome === 'rejected') return access;
  if (access.group.ownerId !== actorId) return reject({ code: 'not-the-owner' });
  const nameRejection = nameRejectionOf(name);
  if (nameRejection) return reject(nameRejection);
  if (access.group.name === name) return accept();
  return accept({ type: 'GroupRenamed', data: { name, renamedBy: actorId } });
};
