import type { ConversationEntry, EventsPageReply, GapData, Push, ReplayedPush } from '@verbatim/protocol';
import type { Caller } from '../connection/caller.js';
import { RequestRejectedError } from '../errors.js';
import { LatestSaver } from '../kernel/latest-saver.js';
import type { ClientLimits } from '../options.js';
import { CursorKeeper } from './cursor-keeper.js';
import type { InboxState } from './inbox-state.js';
import { Sequencer } from './sequencer.js';
import type { SequencerStep } from './sequencer.js';
import type { SyncState, SyncStore } from './sync-store.js';

export type EventSyncPorts = {
  readonly limits: ClientLimits;
  readonly store: SyncStore;
  readonly caller: Caller;
  /** One event of a conversation, each seq once and in order. */
  readonly deliver: (push: ReplayedPush) => void;
  /** Everything else that was pushed. */
  readonly notify: (push: Push) => void;
  readonly gap: (gap: GapData) => void;
  readonly inbox: (entries: readonly ConversationEntry[]) => void;
  /** More was pushed while the inbox loaded than may be held. */
  readonly overflowed: () => void;
  readonly storeFailed: (error: unknown) => void;
};

const isReplayed = (push: Push): push is ReplayedPush => 'seq' in push.d;

/** Applies pushes exactly once and in order, fills holes, and knows where to resume. */
export class EventSync {
  private readonly sequencer: Sequencer;
  private readonly cursors = new CursorKeeper();
  private readonly fills = new Set<string>();
  private readonly saver: LatestSaver<SyncState>;
  /** Pushes that wait for the inbox; undefined when none is being loaded. */
  private held: Push[] | undefined;
  private closed = false;

  constructor(
    private readonly userId: string,
    private readonly ports: EventSyncPorts,
  ) {
    this.sequencer = new Sequencer(userId, ports.limits);
    this.saver = new LatestSaver(
      () => this.state(),
      (state) => ports.store.save(state),
      ports.storeFailed,
    );
  }

  /** Takes up where an earlier run of the same user left off. */
  async load(): Promise<void> {
    const state = await this.ports.store.load();
    if (state?.userId !== this.userId) return;
    this.sequencer.restore(state.conversations);
    this.cursors.restore(state.cursor);
  }

  resumePoint(): string | undefined {
    return this.cursors.resumePoint();
  }

  lastSeq(conversationId: string): number | undefined {
    return this.sequencer.lastSeq(conversationId);
  }

  receive(push: Push): void {
    if (!this.held) return this.take(push);
    if (this.held.length >= this.ports.limits.heldPushesMax) return this.ports.overflowed();
    this.held.push(push);
  }

  /** A heartbeat has shown that every push up to the cursor arrived. */
  proved(cursor: string): void {
    if (this.held) return;
    this.cursors.prove(cursor);
    this.saver.touch();
  }

  /** A heartbeat has shown that a push was lost: the next resume goes back to the last proof. */
  frameDropped(): void {
    this.cursors.fallBack();
  }

  /** From here on pushes wait for `adopt` or `abandonInbox`. */
  awaitInbox(): void {
    this.held = [];
  }

  abandonInbox(): void {
    this.held = undefined;
  }

  /** The state replaces what was not replayed; then what was pushed meanwhile is applied, less what the state holds. */
  adopt(inbox: InboxState): void {
    const held = this.held ?? [];
    this.held = undefined;
    this.ports.inbox(inbox.entries);
    for (const { conversationId, headSeq, leftAtSeq } of inbox.entries) {
      this.handle(conversationId, this.sequencer.reaches(conversationId, leftAtSeq ?? headSeq));
      if (leftAtSeq !== undefined) this.sequencer.departed(conversationId);
    }
    this.cursors.prove(inbox.cursor);
    this.saver.touch();
    for (const push of held) this.take(push);
  }

  /** Resolves when the progress up to now is stored. */
  async close(): Promise<void> {
    this.closed = true;
    await this.saver.settle();
  }

  private state(): SyncState {
    const cursor = this.cursors.resumePoint();
    return {
      userId: this.userId,
      ...(cursor === undefined ? {} : { cursor }),
      conversations: this.sequencer.progress(),
    };
  }

  private take(push: Push): void {
    if (isReplayed(push)) this.handle(push.d.conversationId, this.sequencer.offer(push));
    else if (push.ev === 'gap') this.takeGap(push.d);
    else this.ports.notify(push);
    if (push.cur === undefined) return;
    this.cursors.advance(push.cur);
    this.saver.touch();
  }

  private takeGap(gap: GapData): void {
    if (this.sequencer.lastSeq(gap.conversationId) === undefined) this.ports.gap(gap);
    this.handle(gap.conversationId, this.sequencer.reaches(gap.conversationId, gap.toSeq));
  }

  private handle(conversationId: string, step: SequencerStep): void {
    for (const push of step.applied) this.ports.deliver(push);
    if (!step.hole || this.fills.has(conversationId)) return;
    this.cursors.holeOpened();
    this.fills.add(conversationId);
    // A client that is closed for good leaves the hole open: the stored cursor lies before it.
    this.fill(conversationId).catch(() => undefined);
  }

  private async fill(conversationId: string): Promise<void> {
    while (!this.closed && this.sequencer.missing(conversationId) > 0) {
      if (this.sequencer.missing(conversationId) > this.ports.limits.gapFillEventsMax) {
        this.skip(conversationId);
        continue;
      }
      const before = this.sequencer.lastSeq(conversationId) ?? -1;
      const page = await this.page(conversationId, before);
      if (this.closed) return;
      for (const push of page?.events ?? []) this.handle(conversationId, this.sequencer.offer(push));
      if (this.sequencer.lastSeq(conversationId) === before) this.skip(conversationId);
    }
    this.fills.delete(conversationId);
    if (this.fills.size === 0) this.cursors.holesClosed();
    this.saver.touch();
  }

  /** Undefined when the server will not say what is in the hole. Throws ClientClosedError. */
  private async page(conversationId: string, afterSeq: number): Promise<EventsPageReply | undefined> {
    while (!this.closed) {
      try {
        const limit = this.ports.limits.eventsPageLimit;
        return await this.ports.caller.call('events.page', { conversationId, afterSeq, limit });
      } catch (error) {
        if (error instanceof RequestRejectedError && !error.error.retryable) return undefined;
        await this.ports.caller.whenLive();
      }
    }
    return undefined;
  }

  private skip(conversationId: string): void {
    const fromSeq = (this.sequencer.lastSeq(conversationId) ?? -1) + 1;
    const toSeq = this.sequencer.holeEndsAt(conversationId);
    this.ports.gap({ conversationId, fromSeq, toSeq });
    this.handle(conversationId, this.sequencer.skipTo(conversationId, toSeq));
  }
}
