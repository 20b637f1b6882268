import type {
  ConversationEntry,
  GapData,
  PresenceData,
  ReplayedPush,
  TypingData,
  WireWatermark,
} from '@verbatim/protocol';
import type { ConnectionState } from '../connection/connection-state.js';
import type { MessageAck } from '../outbox/outbox-lane.js';
import type { SendFailure } from '../outbox/outbox.js';
import type { OutboxItem } from '../outbox/outbox-store.js';

/** Everything that a conversation's stream brings to an application: each seq once, in order. */
export type ConversationPush = Exclude<ReplayedPush, { readonly ev: 'hidden' }>;

export type ReceiptsRisen = { readonly conversationId: string; readonly users: readonly WireWatermark[] };

export type ClientEvents = {
  /** A state of the connection, each time it changes. */
  connection: ConnectionState;
  /**
   * One event of a conversation. Of every conversation each seq comes once and in order, over reconnects and, with a
   * persistent SyncStore, over restarts; a seq that this user may not see is passed over.
   */
  event: ConversationPush;
  /** The inbox was loaded, because there was nothing to resume from: it replaces what the application knew. */
  inbox: readonly ConversationEntry[];
  /** Events from `fromSeq` to `toSeq`, both included, will not come as events: the history has them. */
  gap: GapData;
  /** A message waits to be sent: the local echo. */
  'message.queued': OutboxItem;
  /** It is in the log. Comes once, whether the reply or the push is first. The event comes besides. */
  'message.acked': { readonly item: OutboxItem; readonly ack: MessageAck };
  'message.failed': SendFailure;
  /** Watermarks that rose, own ones included. */
  receipts: ReceiptsRisen;
  typing: TypingData;
  presence: PresenceData;
  /** A store failed to save. What was not saved comes again after a restart. */
  'store.failed': unknown;
};
