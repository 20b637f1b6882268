import type { Seq, UserId } from '../kernel/ids.js';
import type { GroupVisibility } from './conversation.events.js';

export type AbsentConversation = { readonly kind: 'absent' };
export type DirectConversation = { readonly kind: 'direct'; readonly participantIds: readonly [UserId, UserId] };

export type MemberRole = 'owner' | 'member';
/** `sinceSeq`: the seq of the event that made the present membership. */
export type Member = { readonly role: MemberRole; readonly sinceSeq: Seq };

export type Group = {
  readonly kind: 'group';
  name: string;
  readonly visibility: GroupVisibility;
  /** Null exactly when nobody is a member. */
  ownerId: UserId | null;
  /** From the longest-standing member to the newest: insertion order is order of joining. */
  readonly members: Map<UserId, Member>;
  /** Who was a member once and is none now. */
  readonly former: Set<UserId>;
};

/** What a conversation's rules need to know of its past. Messages are not held. */
export type Conversation = AbsentConversation | DirectConversation | Group;

const ABSENT: AbsentConversation = Object.freeze({ kind: 'absent' });

export const initialConversation = (): Conversation => ABSENT;
