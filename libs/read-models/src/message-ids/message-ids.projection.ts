import { type CommandId, type ConversationEvent, type ConversationId, type Seq, type UserId } from '@verbatim/domain';
import type { Position, RecordedEvent } from '@verbatim/event-store';
import { defineCollection } from '../projection/collection.js';
import { defineProjection, type WorkingSet } from '../projection/projection.js';
import { conversationIdIn } from '../projection/subject.js';

/** Which event of a conversation a command of an actor became. */
export type CommandSeq = {
  readonly conversationId: ConversationId;
  readonly commandId: CommandId;
  readonly actorId: UserId;
  readonly seq: Seq;
};
/** Every event of the conversation up to and including `completeToSeq` is in the index. */
export type IndexProgress = {
  readonly conversationId: ConversationId;
  readonly completeToSeq: Seq;
  readonly lastPosition: Position;
};

export const commandSeqs = defineCollection<CommandSeq>({
  name: 'message_ids_v1_commands',
  columns: { conversationId: 'conversation', commandId: 'uuid', actorId: 'user', seq: 'integer' },
  key: ['conversationId', 'commandId', 'actorId'],
  writeRule: 'once',
});
export const indexProgress = defineCollection<IndexProgress>({
  name: 'message_ids_v1_progress',
  columns: { conversationId: 'conversation', completeToSeq: 'integer', lastPosition: 'position' },
  key: ['conversationId'],
  writeRule: 'guarded',
});

/** Every command that appends is here, not only sends: a retry of any of them must find what the first one did. */
const addCommand = (recorded: RecordedEvent<ConversationEvent>, documents: WorkingSet): void => {
  const conversationId = conversationIdIn(recorded.streamName);
  const seq = recorded.revision as number as Seq;
  const { actorId, commandId } = recorded.metadata;
  if (actorId !== null) documents.add(commandSeqs, { conversationId, commandId, actorId, seq });
  documents.put(indexProgress, conversationId, { conversationId, completeToSeq: seq, lastPosition: recorded.position });
};

const indexed = { fold: addCommand };

/** Stops rather than parks: an index with a hole would let a retry be appended twice. */
export const messageIdsProjection = defineProjection({
  name: 'message-ids-v1',
  categories: ['conversation'],
  poisonPolicy: 'stop',
  collections: [commandSeqs, indexProgress],
  handlers: {
    DirectConversationStarted: indexed,
    GroupCreated: indexed,
    GroupRenamed: indexed,
    MemberJoined: indexed,
    MemberLeft: indexed,
    MembersAdded: indexed,
    MemberRemoved: indexed,
    MessageSent: indexed,
  },
});
