import { assertNever } from '../kernel/assert-never.js';
import type { Seq, UserId } from '../kernel/ids.js';
import type { ConversationEvent } from './conversation.events.js';

/** Who becomes and who ceases to be a member by one event. */
export type MembershipChanges = { readonly joined: readonly UserId[]; readonly left: readonly UserId[] };

const NO_CHANGES: MembershipChanges = Object.freeze({ joined: Object.freeze([]), left: Object.freeze([]) });

/** The membership facts of an event, the only place that knows which events carry some. Allocates nothing for a message. */
export const membershipChangesOf = (event: ConversationEvent): MembershipChanges => {
  switch (event.type) {
    case 'DirectConversationStarted':
      return { joined: event.data.participantIds, left: [] };
    case 'GroupCreated':
      return { joined: [event.data.creatorId, ...event.data.memberIds], left: [] };
    case 'MembersAdded':
      return { joined: event.data.userIds, left: [] };
    case 'MemberJoined':
      return { joined: [event.data.userId], left: [] };
    case 'MemberLeft':
    case 'MemberRemoved':
      return { joined: [], left: [event.data.userId] };
    case 'GroupRenamed':
    case 'MessageSent':
      return NO_CHANGES;
    default:
      return assertNever(event);
  }
};

/** Owner after an event, given the one before it: null for a direct conversation and for a group without members. */
export const ownerAfter = (ownerId: UserId | null, event: ConversationEvent): UserId | null => {
  switch (event.type) {
    case 'GroupCreated':
      return event.data.creatorId;
    case 'MemberJoined':
      return ownerId ?? event.data.userId;
    case 'MemberLeft':
      return event.data.userId === ownerId ? event.data.newOwnerId : ownerId;
    case 'DirectConversationStarted':
    case 'GroupRenamed':
    case 'MembersAdded':
    case 'MemberRemoved':
    case 'MessageSent':
      return ownerId;
    default:
      return assertNever(event);
  }
};

/** One stay: from the seq that made the user a member to the seq that ended it, both included; null while it lasts. */
export type MembershipInterval = { readonly fromSeq: Seq; readonly toSeq: Seq | null };

/** The stays of one user after he joined at `seq`; they are kept in order and only the last may be open. */
export const intervalsAfterJoin = (
  intervals: readonly MembershipInterval[],
  seq: Seq,
): readonly MembershipInterval[] => [...intervals, { fromSeq: seq, toSeq: null }];

/** The stays of one user after he left or was removed at `seq`. */
export const intervalsAfterLeave = (
  intervals: readonly MembershipInterval[],
  seq: Seq,
): readonly MembershipInterval[] =>
  intervals.map((interval) => (interval.toSeq === null ? { ...interval, toSeq: seq } : interval));

export const isMemberNow = (intervals: readonly MembershipInterval[]): boolean => intervals.at(-1)?.toSeq === null;

/** What somebody sees who never was a member. */
export const NOTHING_VISIBLE = -1 as Seq;

/**
 * The visibility policy, in its one place: newcomers see all history, so only the end of a stay limits what is seen.
 * Returns the highest seq a user may see: null (no bound) while he is a member, the seq of his last removal after it,
 * `NOTHING_VISIBLE` for a stranger. The removed see their own removal and nothing above; one who is removed at 10 and
 * added again at 50 sees everything, 11 to 49 included.
 */
export const visibleUpTo = (intervals: readonly MembershipInterval[]): Seq | null => {
  const last = intervals.at(-1);
  return last === undefined ? NOTHING_VISIBLE : last.toSeq;
};

export const canSee = (intervals: readonly MembershipInterval[], seq: Seq): boolean => {
  const upTo = visibleUpTo(intervals);
  return upTo === null || seq <= upTo;
};
