import {
  CONVERSATION_SNAPSHOT_VERSION,
  type ConversationSnapshot,
  type Revision,
  conversationFrom,
  conversationSnapshotOf,
} from '@verbatim/domain';
import type { Snapshot } from '@verbatim/event-store';
import { packSnapshot, unpackSnapshot } from '../../snapshot/packed-snapshot.js';
import { type CommandKey, CommandWindow } from './command-window.js';
import type { FoldedConversation } from './folded-conversation.js';

/** Rises with the shape below. */
const WINDOW_SNAPSHOT_VERSION = 3;
/** Versions of both parts in one number; a snapshot of another version is ignored and the stream is folded. */
export const SNAPSHOT_SCHEMA_VERSION = CONVERSATION_SNAPSHOT_VERSION * 1_000 + WINDOW_SNAPSHOT_VERSION;
type StoredFold = {
  readonly conversation: ConversationSnapshot;
  /** Keys of the newest events, in order, the last one that of the snapshot's revision. */
  readonly window: readonly (CommandKey | null)[];
};

/** Takes a copy at once (the state may be mutated after the call) and compresses it off the main thread. */
export const encodeSnapshot = (folded: FoldedConversation, windowMinEvents: number): Promise<Snapshot> => {
  const stored: StoredFold = {
    conversation: conversationSnapshotOf(folded.conversation),
    window: folded.window.newest(windowMinEvents),
  };
  return packSnapshot(folded.headSeq as Revision, SNAPSHOT_SCHEMA_VERSION, stored);
};

/** Null when the snapshot has another version or cannot be read: it only ever shortens a fold. */
export const decodeSnapshot = async (snapshot: Snapshot): Promise<FoldedConversation | null> => {
  const stored = await unpackSnapshot<StoredFold>(snapshot, SNAPSHOT_SCHEMA_VERSION);
  if (stored === null) return null;
  const { revision } = snapshot;
  return {
    conversation: conversationFrom(stored.conversation),
    window: CommandWindow.restore(revision + 1 - stored.window.length, stored.window),
    headSeq: revision,
    snapshotSeq: revision,
    coveredToSeq: -1,
    trimAtEvents: 0,
    countedBytes: 0,
  };
};
