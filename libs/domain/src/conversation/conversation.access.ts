import type { UserId } from '../kernel/ids.js';
import { reject } from '../kernel/decision.js';
import type { ConversationRejection } from './conversation.rejections.js';
import type { Conversation, Group } from './conversation.state.js';

type Rejected = { readonly outcome: 'rejected'; readonly rejection: ConversationRejection };

/** Why an outsider is refused: a stranger may not learn that the conversation exists, a former member knows it. */
const refusalOfOutsider = (conversation: Conversation, actorId: UserId): Rejected =>
  conversation.kind === 'group' && conversation.former.has(actorId)
    ? reject({ code: 'not-a-member' })
    : reject({ code: 'conversation-not-found' });

export const isMember = (conversation: Conversation, userId: UserId): boolean => {
  if (conversation.kind === 'group') return conversation.members.has(userId);
  return conversation.kind === 'direct' && conversation.participantIds.includes(userId);
};

/** Null when the actor is a member now, of a direct conversation or a group. */
export const refusalToMember = (conversation: Conversation, actorId: UserId): Rejected | null =>
  isMember(conversation, actorId) ? null : refusalOfOutsider(conversation, actorId);

/** The group of which the actor is a member now. */
export const groupOfMember = (
  conversation: Conversation,
  actorId: UserId,
): Rejected | { readonly outcome: 'granted'; readonly group: Group } => {
  const refusal = refusalToMember(conversation, actorId);
  if (refusal) return refusal;
  return conversation.kind === 'group' ? { outcome: 'granted', group: conversation } : reject({ code: 'not-a-group' });
};

/** The group that the actor may join: any open one, and one he is in already. */
export const groupToJoin = (
  conversation: Conversation,
  actorId: UserId,
): Rejected | { readonly outcome: 'granted'; readonly group: Group } =>
  conversation.kind === 'group' && conversation.visibility === 'open'
    ? { outcome: 'granted', group: conversation }
    : groupOfMember(conversation, actorId);
