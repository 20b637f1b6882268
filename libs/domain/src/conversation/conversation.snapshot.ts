import type { Seq, UserId } from '../kernel/ids.js';
import type { GroupVisibility } from './conversation.events.js';
import type { Conversation, DirectConversation, Group, Member } from './conversation.state.js';

/** Rises with every change of the shape below; a snapshot of another version is dropped and the stream folded again. */
export const CONVERSATION_SNAPSHOT_VERSION = 1;

/** A group as plain JSON. `members` keeps the order of joining, on which the choice of the next owner rests. */
export type GroupSnapshot = {
  readonly kind: 'group';
  readonly name: string;
  readonly visibility: GroupVisibility;
  readonly ownerId: UserId | null;
  readonly members: readonly (readonly [UserId, Seq])[];
  readonly former: readonly UserId[];
};
export type ConversationSnapshot = { readonly kind: 'absent' } | DirectConversation | GroupSnapshot;

/** The state as plain JSON that shares nothing with it; `conversationFrom` gives it back. */
export const conversationSnapshotOf = (conversation: Conversation): ConversationSnapshot => {
  if (conversation.kind !== 'group') return conversation;
  const members = [...conversation.members].map(([userId, { sinceSeq }]) => [userId, sinceSeq] as const);
  return { ...conversation, members, former: [...conversation.former] };
};

const membersFrom = ({ members, ownerId }: GroupSnapshot): Map<UserId, Member> =>
  new Map(members.map(([userId, sinceSeq]) => [userId, { role: userId === ownerId ? 'owner' : 'member', sinceSeq }]));

const groupFrom = (snapshot: GroupSnapshot): Group => ({
  ...snapshot,
  members: membersFrom(snapshot),
  former: new Set(snapshot.former),
});

export const conversationFrom = (snapshot: ConversationSnapshot): Conversation =>
  snapshot.kind === 'group' ? groupFrom(snapshot) : snapshot;
