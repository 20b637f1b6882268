import {
  type Conversation,
  type ConversationEvent,
  type Seq,
  evolveConversation,
  initialConversation,
} from '@verbatim/domain';
import type { EventMetadata, RecordedEvent } from '@verbatim/event-store';
import { CommandWindow } from './command-window.js';

/** What a decision needs of one conversation: its state, its newest command ids and its head. Mutated in place. */
export type FoldedConversation = {
  conversation: Conversation;
  readonly window: CommandWindow;
  /** Seq of the last event folded in; -1 when there is none. */
  headSeq: number;
  /** Seq that the last snapshot was taken at; -1 when there is none. */
  snapshotSeq: number;
  /** The index of message ids was complete to this seq when it was last asked; -1: not known. */
  coveredToSeq: number;
  /** The index did not cover enough to trim the window at fewer events than these; 0: not yet asked. */
  trimAtEvents: number;
  /** What the cache counts it for, bytes. */
  countedBytes: number;
};

export const unfolded = (): FoldedConversation => ({
  conversation: initialConversation(),
  window: new CommandWindow(0),
  headSeq: -1,
  snapshotSeq: -1,
  coveredToSeq: -1,
  trimAtEvents: 0,
  countedBytes: 0,
});

export const applyEvent = (
  folded: FoldedConversation,
  event: ConversationEvent,
  metadata: Pick<EventMetadata, 'actorId' | 'commandId'>,
): Seq => {
  const seq = (folded.headSeq + 1) as Seq;
  folded.conversation = evolveConversation(folded.conversation, event, seq);
  folded.window.append(metadata.actorId, metadata.commandId);
  folded.headSeq = seq;
  return seq;
};

export const applyRecorded = (folded: FoldedConversation, recorded: RecordedEvent): void => {
  if (recorded.revision !== folded.headSeq + 1) {
    throw new Error(`stream ${recorded.streamName} is not dense: ${recorded.revision} follows ${folded.headSeq}`);
  }
  applyEvent(folded, recorded.event as ConversationEvent, recorded.metadata);
};

const BYTES_PER_ID = 160;
const BYTES_PER_MEMBER = 200;
const BYTES_BASE = 1_000;

/** Estimate in bytes, for the bound of the cache; a member and an id are two UUID texts and their map entries. */
export const sizeOf = (folded: FoldedConversation): number => {
  const { conversation } = folded;
  const members = conversation.kind === 'group' ? conversation.members.size + conversation.former.size : 2;
  return BYTES_BASE + members * BYTES_PER_MEMBER + folded.window.size * BYTES_PER_ID;
};
