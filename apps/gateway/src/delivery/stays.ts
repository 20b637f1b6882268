import {
  intervalsAfterJoin,
  intervalsAfterLeave,
  isMemberNow,
  type ConversationId,
  type MembershipInterval,
  type Seq,
} from '@verbatim/domain';
import type { Membership } from '@verbatim/read-models';
import type { MembershipChange } from './membership-ring.js';

/** All stays of one user in every conversation he is or was in, as of one place in the log. */
export type Stays = ReadonlyMap<ConversationId, readonly MembershipInterval[]>;

/**
 * Brings what the read model knows up to the ring's last change. A change that the read model already had (its
 * documents may be younger than the checkpoint that was read before them) is found by its seq and skipped.
 */
export const staysOf = (memberships: readonly Membership[], changes: readonly MembershipChange[]): Stays => {
  const stays = new Map<ConversationId, readonly MembershipInterval[]>(
    memberships.map(({ conversationId, intervals }) => [conversationId, intervals]),
  );
  for (const { conversationId, seq, change } of changes) {
    const known = stays.get(conversationId) ?? [];
    if (lastSeqOf(known) >= seq) continue;
    stays.set(conversationId, change === 'joined' ? intervalsAfterJoin(known, seq) : intervalsAfterLeave(known, seq));
  }
  return stays;
};

/** The stays as far as their events are understood: nothing from `stalledAt` on, which may have removed somebody. */
export const understoodStays = (
  intervals: readonly MembershipInterval[],
  stalledAt: Seq | undefined,
): readonly MembershipInterval[] => {
  if (stalledAt === undefined) return intervals;
  const last = (stalledAt - 1) as Seq;
  return intervals
    .filter(({ fromSeq }) => fromSeq <= last)
    .map(({ fromSeq, toSeq }) => ({ fromSeq, toSeq: toSeq === null || toSeq > last ? last : toSeq }));
};

const lastSeqOf = (intervals: readonly MembershipInterval[]): number => {
  const last = intervals.at(-1);
  return last === undefined ? -1 : (last.toSeq ?? last.fromSeq);
};

export const presentConversations = function* (stays: Stays): Generator<ConversationId> {
  for (const [conversationId, intervals] of stays) if (isMemberNow(intervals)) yield conversationId;
};

/** Whether a connected device was pushed that revision: while its user was a member, his own removal included. */
export const wasPushed = (intervals: readonly MembershipInterval[], seq: number): boolean =>
  intervals.some(({ fromSeq, toSeq }) => fromSeq <= seq && (toSeq === null || seq <= toSeq));
