import type { EventPlace, EventStore, Position, RecordedEvent, Subscription } from '@verbatim/event-store';
import { fullJitterMs, type Logger } from '@verbatim/platform';
import { isBefore, type LogPlace } from './log-place.js';

export type LogFeedHandler = {
  /** In log order. An event that it throws on is one that this gateway does not understand. */
  readonly onEvent: (recorded: RecordedEvent) => void;
  readonly onNotUnderstood: (place: EventPlace, error: Error) => void;
};

/** What is measured of events that arrive while the feed is live. */
export type FeedMeter = {
  /** When the events were handed on. @param arrivedAtMs on the clock of `performance.now` */
  readonly onApplied: (events: readonly RecordedEvent[], arrivedAtMs: number) => void;
};

const FOLLOWED_CATEGORIES = ['conversation', 'receipts', 'user'];
const RESUBSCRIBE_BACKOFF = { baseMs: 100, capMs: 5_000 };

type Waiter = {
  readonly position: Position;
  readonly resolve: (reached: boolean) => void;
  readonly timer: NodeJS.Timeout;
};

/** Follows the log and knows how far it has been applied. A subscription that drops is taken up again from there. */
export class LogFeed {
  #place: LogPlace = null;
  #recordedAt: string | null = null;
  #scannedTo: Position | null = null;
  #subscription: Subscription | null = null;
  #isCaughtUp = false;
  #failures = 0;
  #retry: NodeJS.Timeout | null = null;
  #isStopped = false;
  readonly #waiters = new Set<Waiter>();

  constructor(
    private readonly store: EventStore,
    private readonly handler: LogFeedHandler,
    private readonly logger: Logger,
    private readonly meter: FeedMeter | null = null,
  ) {}

  /** The newest event applied: every push up to it is in the outboxes of live connections. */
  get place(): LogPlace {
    return this.#place;
  }

  /** Everything up to here was applied or is of no concern here. */
  get scannedTo(): Position | null {
    return this.#scannedTo;
  }

  /** Age of the newest applied event while the log goes on behind it, ms; 0 at the head. */
  async lagMs(nowMs: number): Promise<number> {
    const head = await this.store.headPosition();
    if (!isBefore(this.#scannedTo, head) || this.#recordedAt === null) return 0;
    return Math.max(0, nowMs - Date.parse(this.#recordedAt));
  }

  /** Following, and once as far as the head was when it began to follow. */
  get isLive(): boolean {
    return this.#isCaughtUp && this.#subscription !== null;
  }

  /** Events after the place are handed on; those before it count as applied. */
  start(after: LogPlace): void {
    this.#place = after;
    this.#scannedTo = after?.position ?? null;
    this.#follow();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    for (const waiter of this.#waiters) this.#settle(waiter, false);
    await this.#subscription?.close();
    this.#subscription = null;
  }

  /** True once the position is applied, false when that takes longer. */
  reaches(position: Position, timeoutMs: number): Promise<boolean> {
    if (!isBefore(this.#scannedTo, position)) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#settle(waiter, false), timeoutMs);
      const waiter: Waiter = { position, resolve, timer };
      this.#waiters.add(waiter);
    });
  }

  #follow(): void {
    if (this.#isStopped) return;
    this.#subscription = this.store.subscribeToAll(
      { after: this.#scannedTo, categories: FOLLOWED_CATEGORIES },
      {
        onEvents: (events, position) => this.#apply(events, position),
        onUndecodable: (error) => this.handler.onNotUnderstood(error.place, error),
        onCaughtUp: () => {
          this.#isCaughtUp = true;
          this.#failures = 0;
        },
        onDropped: (error) => this.#dropped(error),
      },
    );
  }

  #apply(events: readonly RecordedEvent[], position: Position): void {
    const arrivedAtMs = performance.now();
    for (const recorded of events) {
      this.#place = recorded;
      this.#recordedAt = recorded.metadata.recordedAt;
      this.#handOn(recorded);
    }
    if (this.#isCaughtUp && events.length > 0) this.meter?.onApplied(events, arrivedAtMs);
    this.#scannedTo = position;
    for (const waiter of this.#waiters) if (waiter.position <= position) this.#settle(waiter, true);
  }

  #handOn(recorded: RecordedEvent): void {
    try {
      this.handler.onEvent(recorded);
    } catch (error) {
      this.handler.onNotUnderstood(recorded, error instanceof Error ? error : new Error(String(error)));
    }
  }

  #dropped(error: Error): void {
    this.#subscription = null;
    if (this.#isStopped) return;
    const delayMs = fullJitterMs(RESUBSCRIBE_BACKOFF, this.#failures);
    this.#failures += 1;
    this.logger.error('the log feed was dropped', { error, delayMs });
    this.#retry = setTimeout(() => this.#follow(), delayMs);
    this.#retry.unref();
  }

  #settle(waiter: Waiter, reached: boolean): void {
    clearTimeout(waiter.timer);
    this.#waiters.delete(waiter);
    waiter.resolve(reached);
  }
}
