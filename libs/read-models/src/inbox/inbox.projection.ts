import {
  membershipChangesOf,
  type ConversationEvent,
  type ConversationId,
  type MessageSent,
  type ReceiptsEvent,
  type Seq,
  type UserId,
} from '@verbatim/domain';
import type { Position, RecordedEvent } from '@verbatim/event-store';
import { defineProjection, type Want, type WorkingSet } from '../projection/projection.js';
import { conversationHeads, evolveHead, type ConversationHead } from './conversation-head.js';
import {
  advanceMarks,
  marksOfDepartedMember,
  marksOfNewMember,
  memberMarks,
  type MemberMarks,
} from './member-marks.js';
import { conversationIdIn } from '../projection/subject.js';

type Change = (marks: MemberMarks | null) => MemberMarks | null;

/** One member's marks after an event, guarded by their own position: they may be ahead of the head, never behind it. */
const changeMarks = (
  documents: WorkingSet,
  userId: UserId,
  conversationId: ConversationId,
  position: Position,
  change: Change,
): void => {
  const id = userId + conversationId;
  const before = documents.get(memberMarks, id);
  if (before !== null && position <= before.lastPosition) return;
  const marks = change(before);
  if (marks !== null) documents.put(memberMarks, id, marks);
};

/** @returns the head after the event, or null when the head holds the event already (then so do the marks) */
const moveHead = (recorded: RecordedEvent<ConversationEvent>, documents: WorkingSet): ConversationHead | null => {
  const conversationId = conversationIdIn(recorded.streamName);
  const before = documents.get(conversationHeads, conversationId);
  const place = { conversationId, seq: recorded.revision as number as Seq, position: recorded.position };
  const head = evolveHead(before, recorded.event, place);
  if (head === before) return null;
  documents.put(conversationHeads, conversationId, head);
  return head;
};

const foldMessage = (recorded: RecordedEvent<MessageSent>, documents: WorkingSet): void => {
  const head = moveHead(recorded, documents);
  if (head === null) return;
  const { position } = recorded;
  const upTo = { deliveredUpTo: head.headSeq, readUpTo: head.headSeq };
  changeMarks(documents, recorded.event.data.senderId, head.conversationId, position, (marks) =>
    marks === null ? null : advanceMarks(marks, upTo, head, position),
  );
};

const foldChange = (recorded: RecordedEvent<ConversationEvent>, documents: WorkingSet): void => {
  const head = moveHead(recorded, documents);
  if (head === null) return;
  const { position } = recorded;
  const { joined, left } = membershipChangesOf(recorded.event);
  for (const userId of joined)
    changeMarks(documents, userId, head.conversationId, position, (marks) =>
      marks !== null && marks.departedHead === null ? null : marksOfNewMember(marks, userId, head, position),
    );
  for (const userId of left)
    changeMarks(documents, userId, head.conversationId, position, (marks) =>
      marks === null ? null : marksOfDepartedMember(marks, head, position),
    );
};

const foldReceipts = (recorded: RecordedEvent<ReceiptsEvent>, documents: WorkingSet): void => {
  const conversationId = conversationIdIn(recorded.streamName);
  const head = documents.get(conversationHeads, conversationId);
  if (head === null) throw new Error('receipts of a conversation that is not there');
  const { position } = recorded;
  for (const watermark of recorded.event.data.users)
    changeMarks(documents, watermark.userId, conversationId, position, (marks) =>
      marks === null ? null : advanceMarks(marks, watermark, head, position),
    );
};

const wantMarks = (want: Want, conversationId: ConversationId, userIds: readonly UserId[]): void => {
  for (const userId of userIds) want(memberMarks, userId + conversationId);
};

const message = {
  reads: ({ event, streamName }: RecordedEvent<MessageSent>, want: Want): void => {
    const conversationId = conversationIdIn(streamName);
    want(conversationHeads, conversationId);
    want(memberMarks, event.data.senderId + conversationId);
  },
  fold: foldMessage,
};
const change = {
  reads: ({ event, streamName }: RecordedEvent<ConversationEvent>, want: Want): void => {
    const conversationId = conversationIdIn(streamName);
    const { joined, left } = membershipChangesOf(event);
    want(conversationHeads, conversationId);
    wantMarks(want, conversationId, joined);
    wantMarks(want, conversationId, left);
  },
  fold: foldChange,
};
const receipts = {
  reads: ({ event, streamName }: RecordedEvent<ReceiptsEvent>, want: Want): void => {
    const conversationId = conversationIdIn(streamName);
    want(conversationHeads, conversationId);
    for (const { userId } of event.data.users) want(memberMarks, userId + conversationId);
  },
  fold: foldReceipts,
};

export const inboxProjection = defineProjection({
  name: 'inbox-v1',
  categories: ['conversation', 'receipts'],
  poisonPolicy: 'park',
  // Heads after marks: marks are folded from the head, so a head must never be stored before them.
  collections: [memberMarks, conversationHeads],
  handlers: {
    DirectConversationStarted: change,
    GroupCreated: change,
    GroupRenamed: change,
    MemberJoined: change,
    MemberLeft: change,
    MembersAdded: change,
    MemberRemoved: change,
    MessageSent: message,
    ReceiptsAdvanced: receipts,
  },
});
