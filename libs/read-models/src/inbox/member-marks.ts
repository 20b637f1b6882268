import type { ConversationId, Seq, UserId } from '@verbatim/domain';
import type { Position } from '@verbatim/event-store';
import { defineCollection } from '../projection/collection.js';
import type { ConversationHead } from './conversation-head.js';

/** What a former member still sees of the conversation: its head when he left, and nothing that came after. */
export type DepartedHead = Omit<ConversationHead, 'conversationId' | 'participantIds' | 'lastPosition'>;

/** What the inbox knows of one member of one conversation. Stays after a departure. */
export type MemberMarks = {
  readonly userId: UserId;
  readonly conversationId: ConversationId;
  readonly deliveredSeq: Seq;
  readonly readSeq: Seq;
  /** `messageCount` of the head when the marks last covered all its messages. Equal to the head's: nothing is unread. */
  readonly messageCountAtRead: number;
  /** Null while a member. */
  readonly departedHead: DepartedHead | null;
  /** Orders the inbox of a former member; null while a member. */
  readonly departedPosition: Position | null;
  readonly lastPosition: Position;
};

export const memberMarks = defineCollection<MemberMarks>({
  name: 'inbox_v1_marks',
  columns: {
    userId: 'user',
    conversationId: 'conversation',
    deliveredSeq: 'integer',
    readSeq: 'integer',
    messageCountAtRead: 'integer',
    departedHead: 'json',
    departedPosition: 'position',
    lastPosition: 'position',
  },
  key: ['userId', 'conversationId'],
  writeRule: 'guarded',
});

const highest = (one: Seq, other: Seq): Seq => (one > other ? one : other);

/** Marks never go back. The head is the one after the event, so that the count belongs to what was read. */
export const advanceMarks = (
  marks: MemberMarks,
  to: { readonly deliveredUpTo: Seq; readonly readUpTo: Seq },
  head: ConversationHead,
  position: Position,
): MemberMarks => {
  const readSeq = highest(marks.readSeq, to.readUpTo);
  const covered = readSeq >= head.lastMessageSeq;
  return {
    ...marks,
    readSeq,
    deliveredSeq: highest(highest(marks.deliveredSeq, to.deliveredUpTo), readSeq),
    messageCountAtRead: covered && marks.departedHead === null ? head.messageCount : marks.messageCountAtRead,
    lastPosition: position,
  };
};

/** A newcomer has nothing unread: what was said before he came counts as read. */
export const marksOfNewMember = (
  before: MemberMarks | null,
  userId: UserId,
  head: ConversationHead,
  position: Position,
): MemberMarks => {
  const { conversationId } = head;
  const justBefore = (head.headSeq - 1) as Seq;
  const { deliveredSeq, readSeq } = before ?? { deliveredSeq: justBefore, readSeq: justBefore };
  return {
    userId,
    conversationId,
    deliveredSeq: highest(deliveredSeq, justBefore),
    readSeq: highest(readSeq, justBefore),
    messageCountAtRead: head.messageCount,
    departedHead: null,
    departedPosition: null,
    lastPosition: position,
  };
};

export const marksOfDepartedMember = (marks: MemberMarks, head: ConversationHead, position: Position): MemberMarks => {
  const { conversationId: _, participantIds: __, lastPosition: ___, ...departedHead } = head;
  return { ...marks, departedHead, departedPosition: position, lastPosition: position };
};
