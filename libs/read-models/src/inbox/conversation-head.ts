import {
  membershipChangesOf,
  ownerAfter,
  type ConversationEvent,
  type ConversationId,
  type GroupVisibility,
  type Seq,
  type UserId,
} from '@verbatim/domain';
import type { Position } from '@verbatim/event-store';
import { defineCollection } from '../projection/collection.js';

/**
 * One document per conversation, whatever the number of its members. The text of the last message is not here: the timeline
 * holds it under `lastMessageSeq`, and a head that is written with every batch stays small.
 */
export type ConversationHead = {
  readonly conversationId: ConversationId;
  readonly kind: 'direct' | 'group';
  /** Null in a direct conversation, like visibility and owner. */
  readonly name: string | null;
  readonly visibility: GroupVisibility | null;
  readonly ownerId: UserId | null;
  /** Both sides of a direct conversation, else null. */
  readonly participantIds: readonly [UserId, UserId] | null;
  readonly memberCount: number;
  readonly headSeq: Seq;
  /** -1 before the first message. */
  readonly lastMessageSeq: Seq;
  readonly messageCount: number;
  readonly lastPosition: Position;
};

export const conversationHeads = defineCollection<ConversationHead>({
  name: 'inbox_v1_heads',
  columns: {
    conversationId: 'conversation',
    kind: 'text',
    name: 'text',
    visibility: 'text',
    ownerId: 'uuid',
    participantIds: 'json',
    memberCount: 'integer',
    headSeq: 'integer',
    lastMessageSeq: 'integer',
    messageCount: 'integer',
    lastPosition: 'position',
  },
  key: ['conversationId'],
  writeRule: 'guarded',
});

export type HeadPlace = {
  readonly conversationId: ConversationId;
  readonly seq: Seq;
  readonly position: Position;
};

const emptyHead = (event: ConversationEvent, { conversationId, seq, position }: HeadPlace): ConversationHead => {
  const common = {
    conversationId,
    ownerId: null,
    memberCount: 0,
    headSeq: seq,
    lastMessageSeq: -1 as Seq,
    messageCount: 0,
    lastPosition: position,
  };
  if (event.type === 'DirectConversationStarted') {
    const { participantIds } = event.data;
    return { ...common, kind: 'direct', name: null, visibility: null, participantIds };
  }
  if (event.type !== 'GroupCreated') throw new Error(`a conversation cannot start with ${event.type}`);
  const { name, visibility } = event.data;
  return { ...common, kind: 'group', name, visibility, participantIds: null };
};

/** The head after an event. An event at or below the head's position changes nothing. */
export const evolveHead = (
  before: ConversationHead | null,
  event: ConversationEvent,
  place: HeadPlace,
): ConversationHead => {
  if (before !== null && place.position <= before.lastPosition) return before;
  const head = before ?? emptyHead(event, place);
  const moved = { headSeq: place.seq, lastPosition: place.position };
  if (event.type === 'MessageSent')
    return { ...head, ...moved, lastMessageSeq: place.seq, messageCount: head.messageCount + 1 };
  const { joined, left } = membershipChangesOf(event);
  return {
    ...head,
    ...moved,
    name: event.type === 'GroupRenamed' ? event.data.name : head.name,
    memberCount: head.memberCount + joined.length - left.length,
    ownerId: ownerAfter(head.ownerId, event),
  };
};
