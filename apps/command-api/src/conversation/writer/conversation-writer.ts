import { type ConversationId, type Revision, conversationStream } from '@verbatim/domain';
import {
  APPEND_MAX_EVENTS,
  type EventId,
  type EventStore,
  type ExpectedRevision,
  RETRY_BACKOFF,
  appendUntilKnown,
} from '@verbatim/event-store';
import type { MessageIdsQueries } from '@verbatim/read-models';
import { type BoundedCache, createBoundedCache, fullJitterMs, pause } from '@verbatim/platform';
import { BatchAnswers, type BatchFailure } from './batch-answers.js';
import { type BatchPlan, planBatch } from './batch-plan.js';
import { ConversationLanes, type Waiting } from './conversation-lanes.js';
import { ConversationLoader } from './conversation-loader.js';
import { DuplicateLookup } from './duplicate-lookup.js';
import { type FoldedConversation, sizeOf } from './folded-conversation.js';
import { encodeSnapshot } from './folded-conversation.codec.js';
import { WindowTrimming } from './window-trimming.js';
import { isOverdue, type WriteOutcome, type WriteRequest } from './write-request.js';
import { type WriterLimits, writerLimits } from './writer-limits.js';

export type ConversationWriterOptions = {
  readonly store: EventStore;
  readonly messageIds: MessageIdsQueries;
  readonly newEventId: () => EventId;
  /** True where another instance may append to the same log: answers without an append then read the tail first. */
  readonly isLogShared: boolean;
  readonly limits?: Partial<WriterLimits>;
  readonly random?: () => number;
  /** Told of every error that a command was answered `busy` or *unknown* for; it never holds content. */
  readonly onError?: (error: unknown) => void;
  /** Told how long each append took, tries included. */
  readonly onAppended?: (seconds: number) => void;
};

/**
 * The single writer of each conversation in this process: folds it once, decides all waiting commands in order and
 * appends their events in one write. Nothing is answered before what it was decided on is durable.
 */
export class ConversationWriter {
  private readonly lanes: ConversationLanes;
  private readonly folded: BoundedCache<ConversationId, FoldedConversation>;
  private readonly loader: ConversationLoader;
  private readonly duplicates: DuplicateLookup;
  private readonly trimming: WindowTrimming;
  private readonly answers: BatchAnswers;
  private readonly limits: WriterLimits;
  private readonly random: () => number;
  private readonly onError: (error: unknown) => void;

  constructor(private readonly options: ConversationWriterOptions) {
    const { store, messageIds } = options;
    this.limits = { ...writerLimits, ...options.limits };
    this.random = options.random ?? Math.random;
    this.onError = options.onError ?? (() => {});
    this.loader = new ConversationLoader(store);
    this.duplicates = new DuplicateLookup(messageIds, this.loader, this.onError);
    this.trimming = new WindowTrimming(messageIds, this.limits, this.onError);
    this.answers = new BatchAnswers(store, this.onError);
    const { foldedMaxConversations: entriesMax, foldedMaxBytes: bytesMax } = this.limits;
    this.folded = createBoundedCache({ entriesMax, bytesMax, bytesOf: ({ countedBytes }) => countedBytes });
    this.lanes = new ConversationLanes(
      {
        runBatch: (id, waiting) => this.runBatch(id, waiting),
        load: (id) => this.loadAtHead(id),
        onError: this.onError,
      },
      { ...this.limits, batchMaxCommands: APPEND_MAX_EVENTS },
    );
  }

  /** Never rejects: what went wrong is an outcome. */
  run(request: WriteRequest): Promise<WriteOutcome> {
    return this.lanes.run(request);
  }

  /**
   * What `read` makes of the conversation as it durably is, in turn with the commands that wait for it. `read` must not keep
   * the state: it is mutated afterwards. Rejects when the log cannot be read.
   */
  inspect<Result>(conversationId: ConversationId, read: (folded: FoldedConversation) => Result): Promise<Result> {
    return this.lanes.inspect(conversationId, read);
  }

  /**
   * The same of what is in memory, for questions that are asked again before anything rests on the answer: it may be of a
   * moment ago, or not durable yet. Undefined when nothing is in memory.
   */
  peek<Result>(conversationId: ConversationId, read: (folded: FoldedConversation) => Result): Result | undefined {
    const folded = this.folded.get(conversationId);
    return folded === undefined ? undefined : read(folded);
  }

  private async runBatch(conversationId: ConversationId, waiting: readonly Waiting[]): Promise<number> {
    try {
      return await this.decideAndAppend(conversationId, waiting);
    } catch (error) {
      this.folded.delete(conversationId);
      throw error;
    }
  }

  private async decideAndAppend(conversationId: ConversationId, waiting: readonly Waiting[]): Promise<number> {
    const requests = waiting.map(({ request }) => request);
    for (let attempt = 0; attempt < this.limits.conflictTriesMax; attempt++) {
      const folded = await this.load(conversationId);
      const headSeq = folded.headSeq;
      const duplicates = await this.duplicates.findAll(folded, requests);
      const plan = planBatch(folded, requests, duplicates, this.options.newEventId);
      const failure = await this.commit(conversationId, folded, headSeq, plan);
      if (failure !== 'stale') {
        for (const [index, answer] of plan.answers.entries()) {
          const { request, settle } = waiting[index] as Waiting;
          const outcome = this.answers.outcomeOf(request, answer, folded, failure, headSeq);
          settle(outcome instanceof Promise ? await outcome : outcome);
        }
        return plan.answers.length;
      }
      await this.pauseUnlessNewer(conversationId, headSeq, attempt);
      // One that was refused elsewhere meanwhile must not be decided once more.
      if (requests.some(isOverdue)) break;
    }
    for (const { settle } of waiting) settle({ outcome: 'busy' });
    return waiting.length;
  }

  /** The state that the cache has, or that the log says. A batch mutates it: whatever does not succeed deletes it. */
  private async load(conversationId: ConversationId): Promise<FoldedConversation> {
    return this.folded.get(conversationId) ?? this.loader.load(conversationId);
  }

  private async loadAtHead(conversationId: ConversationId): Promise<FoldedConversation> {
    try {
      const folded = await this.load(conversationId);
      if (this.options.isLogShared) await this.loader.catchUp(conversationId, folded);
      this.keep(conversationId, folded);
      return folded;
    } catch (error) {
      this.folded.delete(conversationId);
      throw error;
    }
  }

  /** `stale`: decide again on a newer state. */
  private async commit(
    conversationId: ConversationId,
    folded: FoldedConversation,
    headSeq: number,
    plan: BatchPlan,
  ): Promise<BatchFailure | 'stale'> {
    if (plan.events.length === 0) return this.confirmHead(conversationId, folded);
    const stream = conversationStream(conversationId);
    const startedAtMs = performance.now();
    const appended = await appendUntilKnown(this.options.store, stream, expectedAt(headSeq), plan.events, this.random);
    this.options.onAppended?.((performance.now() - startedAtMs) / 1_000);
    if (appended.outcome !== 'appended') this.folded.delete(conversationId);
    switch (appended.outcome) {
      case 'appended':
        this.keep(conversationId, folded);
        return null;
      case 'conflict':
        return 'stale';
      case 'refused':
        return { outcome: 'refused', reason: appended.reason };
      case 'unknown':
        this.onError(appended.cause);
        return { outcome: 'unknown' };
    }
  }

  /** A rejection is answered only from a state at the head. */
  private async confirmHead(conversationId: ConversationId, folded: FoldedConversation): Promise<'stale' | null> {
    const isStale = this.options.isLogShared && (await this.loader.catchUp(conversationId, folded));
    this.keep(conversationId, folded);
    return isStale ? 'stale' : null;
  }

  /** Keeps a durable state for the next batch; one of nothing is not worth a place. */
  private keep(conversationId: ConversationId, folded: FoldedConversation): void {
    if (folded.headSeq < 0) return;
    this.trimming.trim(conversationId, folded);
    if (folded.headSeq - folded.snapshotSeq >= this.limits.snapshotEveryEvents) {
      this.saveSnapshot(conversationId, folded);
    }
    this.remember(conversationId, folded);
  }

  /** The cache counts a value when it comes in: one that has grown by a quarter since comes in again. */
  private remember(conversationId: ConversationId, folded: FoldedConversation): void {
    const bytes = sizeOf(folded);
    if (Math.abs(bytes - folded.countedBytes) * RECOUNT_AT_PART > folded.countedBytes) {
      this.folded.delete(conversationId);
      folded.countedBytes = bytes;
    }
    this.folded.set(conversationId, folded);
  }

  private saveSnapshot(conversationId: ConversationId, folded: FoldedConversation): void {
    folded.snapshotSeq = folded.headSeq;
    encodeSnapshot(folded, this.limits.windowMinEvents)
      .then((snapshot) => this.options.store.saveSnapshot(conversationStream(conversationId), snapshot))
      .catch(this.onError);
  }

  private async pauseUnlessNewer(conversationId: ConversationId, headSeq: number, attempt: number): Promise<void> {
    const folded = await this.loadAtHead(conversationId);
    if (folded.headSeq <= headSeq) await pause(fullJitterMs(RETRY_BACKOFF, attempt, this.random));
  }
}

/** A folded state is counted anew when it has grown or shrunk by this part of what it was counted for. */
const RECOUNT_AT_PART = 4;

const expectedAt = (headSeq: number): ExpectedRevision => (headSeq < 0 ? 'no-stream' : (headSeq as Revision));
