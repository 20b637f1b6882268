import {
  intervalsAfterJoin,
  intervalsAfterLeave,
  isMemberNow,
  membershipChangesOf,
  ownerAfter,
  type ConversationEvent,
  type ConversationId,
  type MembershipInterval,
  type Seq,
  type UserId,
} from '@verbatim/domain';
import type { Position, RecordedEvent } from '@verbatim/event-store';
import { defineCollection } from '../projection/collection.js';
import { defineProjection, type Want, type WorkingSet } from '../projection/projection.js';
import { conversationIdIn } from '../projection/subject.js';

/** Stays after the departure, so that an old event never brings a removed member back. */
export type MembershipDocument = {
  readonly conversationId: ConversationId;
  readonly userId: UserId;
  readonly role: 'owner' | 'member';
  readonly intervals: readonly MembershipInterval[];
  /** 1 while a member, else 0; lists of members need no look at the intervals. */
  readonly isCurrent: 0 | 1;
  readonly lastPosition: Position;
};

export const membershipDocuments = defineCollection<MembershipDocument>({
  name: 'membership_v1_members',
  columns: {
    conversationId: 'conversation',
    userId: 'uuid',
    role: 'text',
    intervals: 'json',
    isCurrent: 'integer',
    lastPosition: 'position',
  },
  key: ['conversationId', 'userId'],
  writeRule: 'guarded',
});

/** Who owns the group; null for a direct conversation and while a group has no members. */
export type OwnershipDocument = {
  readonly conversationId: ConversationId;
  readonly ownerId: UserId | null;
  readonly lastPosition: Position;
};

export const ownershipDocuments = defineCollection<OwnershipDocument>({
  name: 'membership_v1_owners',
  columns: { conversationId: 'conversation', ownerId: 'uuid', lastPosition: 'position' },
  key: ['conversationId'],
  writeRule: 'guarded',
});

type MembershipEvent = Exclude<ConversationEvent, { type: 'GroupRenamed' | 'MessageSent' }>;
type Place = Pick<MembershipDocument, 'conversationId' | 'userId' | 'lastPosition'> & { readonly seq: Seq };

const joinedAt = ({ seq, ...kept }: Place, before: MembershipDocument | null): MembershipDocument => {
  const intervals = before?.intervals ?? [];
  if (isMemberNow(intervals)) return { ...kept, role: before?.role ?? 'member', intervals, isCurrent: 1 };
  return { ...kept, role: 'member', intervals: intervalsAfterJoin(intervals, seq), isCurrent: 1 };
};

const leftAt = ({ seq, ...kept }: Place, before: MembershipDocument | null): MembershipDocument => {
  if (before === null || !isMemberNow(before.intervals)) throw new Error('somebody left who was no member');
  return { ...kept, role: 'member', intervals: intervalsAfterLeave(before.intervals, seq), isCurrent: 0 };
};

type MembershipChanges = {
  readonly joined: ReadonlySet<UserId>;
  readonly left: ReadonlySet<UserId>;
  /** Who becomes the owner; null when nobody does. */
  readonly newOwnerId: UserId | null;
};

const changed = (
  place: Place,
  before: MembershipDocument | null,
  { joined, left, newOwnerId }: MembershipChanges,
): MembershipDocument | null => {
  let membership = before;
  if (joined.has(place.userId)) membership = joinedAt(place, membership);
  if (left.has(place.userId)) membership = leftAt(place, membership);
  if (newOwnerId === place.userId) membership = { ...joinedAt(place, membership), role: 'owner' };
  return membership;
};

const foldMembership = (recorded: RecordedEvent<MembershipEvent>, documents: WorkingSet): void => {
  const { event, position } = recorded;
  const conversationId = conversationIdIn(recorded.streamName);
  const ownership = documents.get(ownershipDocuments, conversationId);
  if (ownership !== null && position <= ownership.lastPosition) return;
  const { joined, left } = membershipChangesOf(event);
  const changes = { joined: new Set(joined), left: new Set(left) };
  const ownerBefore = ownership?.ownerId ?? null;
  const ownerId = ownerAfter(ownerBefore, event);
  const newOwnerId = ownerId === ownerBefore ? null : ownerId;
  for (const userId of new Set([...joined, ...left, ...(newOwnerId === null ? [] : [newOwnerId])])) {
    const id = conversationId + userId;
    const before = documents.get(membershipDocuments, id);
    // Written, and then the process ended before the owners were.
    if (before !== null && position <= before.lastPosition) continue;
    const place = { conversationId, userId, seq: recorded.revision as number as Seq, lastPosition: position };
    const after = changed(place, before, { ...changes, newOwnerId });
    if (after !== null) documents.put(membershipDocuments, id, after);
  }
  documents.put(ownershipDocuments, conversationId, { conversationId, ownerId, lastPosition: position });
};

const wantMemberships = ({ event, streamName }: RecordedEvent<MembershipEvent>, want: Want): void => {
  const conversationId = conversationIdIn(streamName);
  want(ownershipDocuments, conversationId);
  const { joined, left } = membershipChangesOf(event);
  for (const userId of joined) want(membershipDocuments, conversationId + userId);
  for (const userId of left) want(membershipDocuments, conversationId + userId);
  const newOwnerId = event.type === 'MemberLeft' ? event.data.newOwnerId : null;
  if (newOwnerId !== null) want(membershipDocuments, conversationId + newOwnerId);
};

const changing = { reads: wantMemberships, fold: foldMembership };

/** Stops rather than parks: a membership that misses a removal shows messages to who may not see them. */
export const membershipProjection = defineProjection({
  name: 'membership-v1',
  categories: ['conversation'],
  poisonPolicy: 'stop',
  // Owners after members: a membership is folded from the owner before the event, never from one after it.
  collections: [membershipDocuments, ownershipDocuments],
  handlers: {
    DirectConversationStarted: changing,
    GroupCreated: changing,
    MemberJoined: changing,
    MemberLeft: changing,
    MembersAdded: changing,
    MemberRemoved: changing,
    GroupRenamed: 'ignored',
    MessageSent: 'ignored',
  },
});
