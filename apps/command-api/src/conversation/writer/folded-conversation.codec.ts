import {
  CONVERSATION_SNAPSHOT_VERSION,
  type ConversationSnapshot,
  type Revision,
  type Seq,
  conversationFrom,
  conversationSnapshotOf,
} from '@verbatim/domain';
import type { Snapshot } from '@verbatim/event-store';
import { packSnapshot, unpackSnapshot } from '../../snapshot/packed-snapshot.js';
import { CommandWindow } from './command-window.js';
import type { FoldedConversation } from './folded-conversation.js';
import { writerLimits } from './writer-limits.js';

/** Rises with the shape below. */
const WINDOW_SNAPSHOT_VERSION = 1;
/** Versions of both parts in one number; a snapshot of another version is ignored and the stream is folded. */
export const SNAPSHOT_SCHEMA_VERSION = CONVERSATION_SNAPSHOT_VERSION * 1_000 + WINDOW_SNAPSHOT_VERSION;
type StoredFold = {
  readonly conversation: ConversationSnapshot;
  readonly windowFromSeq: number;
  readonly window: readonly (readonly [string, Seq])[];
};

/** Takes a copy at once (the state may be mutated after the call) and compresses it off the main thread. */
export const encodeSnapshot = (folded: FoldedConversation): Promise<Snapshot> => {
  const window = folded.window.newest(writerLimits.windowMinIds);
  const isWhole = window.length === folded.window.size;
  const stored: StoredFold = {
    conversation: conversationSnapshotOf(folded.conversation),
    windowFromSeq: isWhole ? folded.window.fromSeq : (window[0]?.[1] ?? folded.headSeq + 1),
    window,
  };
  return packSnapshot(folded.headSeq as Revision, SNAPSHOT_SCHEMA_VERSION, stored);
};

/** Null when the snapshot has another version or cannot be read: it only ever shortens a fold. */
export const decodeSnapshot = async (snapshot: Snapshot): Promise<FoldedConversation | null> => {
  const stored = await unpackSnapshot<StoredFold>(snapshot, SNAPSHOT_SCHEMA_VERSION);
  return stored === null
    ? null
    : {
        conversation: conversationFrom(stored.conversation),
        window: CommandWindow.restore(stored.window, stored.windowFromSeq),
        headSeq: snapshot.revision,
        snapshotSeq: snapshot.revision,
      };
};
