import { type ConversationEvent, type ConversationId, type Seq, type UserId } from '@verbatim/domain';
import type { Position, RecordedEvent } from '@verbatim/event-store';
import { defineCollection } from '../projection/collection.js';
import { defineProjection, type WorkingSet } from '../projection/projection.js';
import { historyItemTextOf, wireEventOf } from '../wire/wire-event.js';
import { conversationIdIn } from '../projection/subject.js';

/** One line of a conversation's history. */
export type TimelineItem = {
  readonly conversationId: ConversationId;
  readonly seq: Seq;
  readonly position: Position;
  /** Sender of a message; null for every other item. Unread counts need nothing else. */
  readonly senderId: UserId | null;
  /** JSON text of the item, as history answers hold it. */
  readonly text: string;
};

export const timelineItems = defineCollection<TimelineItem>({
  name: 'timeline_v1_items',
  columns: { conversationId: 'conversation', seq: 'integer', position: 'position', senderId: 'user', text: 'text' },
  key: ['conversationId', 'seq'],
  writeRule: 'once',
});

const addItem = (recorded: RecordedEvent<ConversationEvent>, documents: WorkingSet): void => {
  const wireEvent = wireEventOf(recorded);
  if (wireEvent === null) throw new Error(`${recorded.event.type} has no wire event`);
  documents.add(timelineItems, {
    conversationId: conversationIdIn(recorded.streamName),
    seq: recorded.revision as number as Seq,
    position: recorded.position,
    senderId: recorded.event.type === 'MessageSent' ? recorded.event.data.senderId : null,
    text: historyItemTextOf(wireEvent),
  });
};

const item = { fold: addItem };

export const timelineProjection = defineProjection({
  name: 'timeline-v1',
  categories: ['conversation'],
  poisonPolicy: 'park',
  collections: [timelineItems],
  handlers: {
    DirectConversationStarted: item,
    GroupCreated: item,
    GroupRenamed: item,
    MemberJoined: item,
    MemberLeft: item,
    MembersAdded: item,
    MemberRemoved: item,
    MessageSent: item,
  },
});
