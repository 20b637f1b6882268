import {
  type CommandId,
  type ConversationId,
  type IsoTimestamp,
  type ReceiptUpdate,
  type Revision,
  type Seq,
  isMember,
  mergeReceipts,
  receiptsStream,
} from '@verbatim/domain';
import { type EventId, type EventStore, appendUntilKnown } from '@verbatim/event-store';
import { type Clock, createBoundedCache, systemClock, uuidV7 } from '@verbatim/platform';
import type { ConversationWriter } from '../conversation/writer/conversation-writer.js';
import type { FoldedConversation } from '../conversation/writer/folded-conversation.js';
import { PendingReceipts, type ReceiptOutcome } from './pending-receipts.js';
import {
  type FoldedReceipts,
  RECEIPTS_SNAPSHOT_EVERY_EVENTS,
  applyReceipts,
  loadReceipts,
  saveReceiptsSnapshot,
  sizeOfReceipts,
} from './receipts-store.js';

/** After the first report at once, at most one event per conversation in this time, ms. */
export const RECEIPTS_INTERVAL_MS = 1_000;
/** Conversations whose watermarks stay in memory, and what they may take there (estimated). */
const FOLDED_MAX_CONVERSATIONS = 10_000;
const FOLDED_MAX_BYTES = 64 * 1_024 * 1_024;
/** Tries against another instance's events before the reports are answered `busy`. */
const CONFLICT_TRIES_MAX = 5;

type Lane = {
  readonly pending: PendingReceipts;
  timer: NodeJS.Timeout | null;
  flushing: Promise<void> | null;
  lastFlushMs: number;
};

export type ReceiptsOwnerOptions = {
  readonly store: EventStore;
  readonly writer: ConversationWriter;
  readonly clock?: Clock;
  readonly onError?: (error: unknown) => void;
};

/**
 * The owner of every conversation's watermarks: merges what all devices report and appends at most one event per
 * conversation and second, so that a message in a large group never costs an event per member.
 */
export class ReceiptsOwner {
  private readonly lanes = new Map<ConversationId, Lane>();
  private readonly folded = createBoundedCache<ConversationId, FoldedReceipts>({
    entriesMax: FOLDED_MAX_CONVERSATIONS,
    bytesMax: FOLDED_MAX_BYTES,
    bytesOf: sizeOfReceipts,
  });
  private readonly clock: Clock;
  private isStopped = false;

  constructor(private readonly options: ReceiptsOwnerOptions) {
    this.clock = options.clock ?? systemClock;
  }

  /** Resolves when the report is durable, at most a second after it came; never rejects. */
  async advance(conversationId: ConversationId, update: ReceiptUpdate): Promise<ReceiptOutcome> {
    const refusal = await this.refusalNow(conversationId, update);
    if (refusal !== null) return refusal;
    if (this.isStopped) return 'unavailable';
    return new Promise((settle) => {
      const lane = this.laneOf(conversationId);
      lane.pending.add(update, settle);
      this.schedule(conversationId, lane);
    });
  }

  /** Appends what waits, whatever the time, and takes nothing more; for the end of the process. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await Promise.all([...this.lanes].map(([conversationId, lane]) => this.drain(conversationId, lane)));
  }

  /** Who is a member by what is in memory need not wait for the log: he is looked for again when his report is recorded. */
  private async refusalNow(conversationId: ConversationId, update: ReceiptUpdate): Promise<ReceiptOutcome | null> {
    const { writer, onError } = this.options;
    const refusal = (folded: FoldedConversation): ReceiptOutcome | null => refusalOf(folded, update);
    if (writer.peek(conversationId, refusal) === null) return null;
    try {
      return await writer.inspect(conversationId, refusal);
    } catch (error) {
      onError?.(error);
      return 'busy';
    }
  }

  private async drain(conversationId: ConversationId, lane: Lane): Promise<void> {
    await lane.flushing;
    while (this.lanes.has(conversationId)) await this.flush(conversationId, lane);
  }

  private laneOf(conversationId: ConversationId): Lane {
    const open = this.lanes.get(conversationId);
    if (open !== undefined) return open;
    const lane: Lane = { pending: new PendingReceipts(), timer: null, flushing: null, lastFlushMs: -Infinity };
    this.lanes.set(conversationId, lane);
    return lane;
  }

  private schedule(conversationId: ConversationId, lane: Lane): void {
    if (lane.timer !== null || lane.flushing !== null) return;
    const waitMs = Math.max(0, lane.lastFlushMs + RECEIPTS_INTERVAL_MS - performance.now());
    lane.timer = setTimeout(() => void this.flush(conversationId, lane), waitMs);
    // `stop` records what waits: no timer has to hold the process.
    lane.timer.unref();
  }

  private async flush(conversationId: ConversationId, lane: Lane): Promise<void> {
    if (lane.timer !== null) clearTimeout(lane.timer);
    lane.timer = null;
    if (lane.pending.isEmpty) {
      this.lanes.delete(conversationId);
      return;
    }
    lane.lastFlushMs = performance.now();
    lane.flushing = this.recordPending(conversationId, lane);
    await lane.flushing;
    lane.flushing = null;
    // One more turn when nothing waits: it forgets the lane.
    this.schedule(conversationId, lane);
  }

  private async recordPending(conversationId: ConversationId, { pending }: Lane): Promise<void> {
    const taken = pending.take();
    const outcomes = await this.record(
      conversationId,
      taken.map(({ update }) => update),
    );
    for (const [index, { settles }] of taken.entries()) for (const settle of settles) settle(outcomes[index] ?? 'busy');
  }

  private async record(conversationId: ConversationId, updates: readonly ReceiptUpdate[]): Promise<ReceiptOutcome[]> {
    try {
      // Asked again at the append: a removal in between ends the right to report.
      const { refusals, headSeq } = await this.options.writer.inspect(conversationId, (folded) => ({
        refusals: updates.map((update) => refusalOf(folded, update)),
        headSeq: folded.headSeq as Seq,
      }));
      const accepted = updates.filter((_, index) => refusals[index] === null);
      const outcome = await this.append(conversationId, accepted, headSeq);
      return refusals.map((refusal) => refusal ?? outcome);
    } catch (error) {
      this.folded.delete(conversationId);
      this.options.onError?.(error);
      return updates.map(() => 'busy');
    }
  }

  private async append(id: ConversationId, updates: readonly ReceiptUpdate[], headSeq: Seq): Promise<ReceiptOutcome> {
    for (let attempt = 0; attempt < CONFLICT_TRIES_MAX; attempt++) {
      const folded = this.folded.get(id) ?? (await loadReceipts(this.options.store, id));
      const event = mergeReceipts(folded.receipts, updates, headSeq);
      this.folded.delete(id);
      if (event === null) {
        this.folded.set(id, folded);
        return 'recorded';
      }
      const toAppend = { eventId: uuidV7() as EventId, event, metadata: this.metadata() };
      const stream = receiptsStream(id);
      const expected = folded.headRevision < 0 ? 'no-stream' : (folded.headRevision as Revision);
      const appended = await appendUntilKnown(this.options.store, stream, expected, [toAppend]);
      if (appended.outcome === 'unknown' || appended.outcome === 'refused') return 'unavailable';
      if (appended.outcome === 'conflict') continue;
      applyReceipts(folded, event);
      this.keep(id, folded);
      return 'recorded';
    }
    return 'busy';
  }

  private keep(id: ConversationId, folded: FoldedReceipts): void {
    this.folded.set(id, folded);
    if (folded.headRevision - folded.snapshotRevision < RECEIPTS_SNAPSHOT_EVERY_EVENTS) return;
    saveReceiptsSnapshot(this.options.store, id, folded).catch((error: unknown) => this.options.onError?.(error));
  }

  /** The reports of a second have many actors; who they are stands in the event itself. */
  private metadata() {
    return {
      actorId: null,
      deviceId: null,
      sessionId: null,
      commandId: uuidV7() as CommandId,
      correlationId: uuidV7(),
      causationId: null,
      ipClass: null,
      recordedAt: this.clock.nowIso() as IsoTimestamp,
    };
  }
}

const refusalOf = ({ conversation }: FoldedConversation, { userId }: ReceiptUpdate): ReceiptOutcome | null => {
  if (isMember(conversation, userId)) return null;
  return conversation.kind === 'group' && conversation.former.has(userId) ? 'not-a-member' : 'not-found';
};
