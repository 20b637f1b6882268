import { setImmediate as nextTurn } from 'node:timers/promises';
import { PositionBeyondHeadError, UndecodableEventError } from '../errors.js';
import {
  READ_PAGE_MAX_EVENTS,
  type RecordedEvent,
  type Subscription,
  type SubscriptionHandler,
  type SubscriptionOptions,
} from '../event-store.js';
import { categoryFilter } from './categories.js';
import { positionOfRow, rowUpTo } from './position.js';

export type LogEntry = RecordedEvent | UndecodableEventError;
/** Everything up to `scannedRow` was read; what the filter let pass is in `entries`, in order. */
export type LogPage = { readonly entries: readonly LogEntry[]; readonly scannedRow: number };

/** A log as a subscription sees it: dense rows from 1, the newest of them perhaps in memory. */
export interface LogSource {
  readonly headRow: number;
  /** Whether a row lies beyond everything stored, also beyond what is stored but not yet counted in `headRow`. */
  isBeyondHead(row: number): boolean;
  /** Null when the events after that row are not all in memory. */
  recentAfter(row: number, maxCount: number): readonly RecordedEvent[] | null;
  /** @throws DamagedLogError */
  pageAfter(row: number, maxCount: number, wants: (streamName: string) => boolean): LogPage;
}

/** Events of one call of a handler, unless it asks for another number. */
const BATCH_MAX_EVENTS = 256;

/**
 * Follows the log by pulling: from memory while it is close behind, else page by page from the store. A slow handler
 * therefore costs no memory, and catching up passes into live without a seam: there is one cursor, and it moves by rows.
 */
export class LogSubscription implements Subscription {
  readonly #batchMaxEvents: number;
  readonly #wants: (streamName: string) => boolean;
  readonly #finished: Promise<void>;
  #row: number;
  #isOpen = true;
  #isCaughtUp = false;
  #wake: (() => void) | null = null;

  constructor(
    private readonly source: LogSource,
    private readonly handler: SubscriptionHandler,
    private readonly options: SubscriptionOptions,
  ) {
    const { after, categories, batchMaxEvents = BATCH_MAX_EVENTS } = options;
    this.#row = rowUpTo(after);
    this.#wants = categoryFilter(categories);
    this.#batchMaxEvents = Math.min(Math.max(1, batchMaxEvents), READ_PAGE_MAX_EVENTS);
    this.#finished = this.#run();
  }

  /** Settles when the subscription is over, for whatever reason; never rejects. */
  get finished(): Promise<void> {
    return this.#finished;
  }

  /** The log has grown. */
  notify(): void {
    this.#wake?.();
    this.#wake = null;
  }

  close(): Promise<void> {
    this.#isOpen = false;
    this.notify();
    return this.#finished;
  }

  /** Ends it from outside, as the handler sees in `onDropped`. */
  drop(error: Error): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.notify();
    this.handler.onDropped?.(error);
  }

  async #run(): Promise<void> {
    await Promise.resolve(); // the subscriber gets its subscription before its first event
    try {
      this.#refuseBeyondHead();
      while (this.#isOpen) {
        if (this.#row < this.source.headRow) await this.#advance();
        else await this.#rest();
      }
    } catch (error) {
      this.drop(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Waiting there would skip whatever is appended up to it. */
  #refuseBeyondHead(): void {
    const { after } = this.options;
    if (after !== null && this.source.isBeyondHead(this.#row)) throw new PositionBeyondHeadError(after);
  }

  #rest(): Promise<void> {
    if (!this.#isCaughtUp) {
      this.#isCaughtUp = true;
      this.handler.onCaughtUp?.(this.#row === 0 ? null : positionOfRow(this.#row));
    }
    return new Promise((resolve) => {
      if (this.#isOpen) this.#wake = resolve;
      else resolve();
    });
  }

  async #advance(): Promise<void> {
    const recent = this.source.recentAfter(this.#row, this.#batchMaxEvents);
    if (recent !== null) {
      this.#row += recent.length;
      const events = recent.filter(({ streamName }) => this.#wants(streamName));
      return this.handler.onEvents(events, positionOfRow(this.#row));
    }
    const page = this.source.pageAfter(this.#row, this.#batchMaxEvents, this.#wants);
    await this.#deliver(page);
    this.#row = page.scannedRow;
    await nextTurn(); // a long way behind must not keep the event loop from everybody else
  }

  async #deliver({ entries, scannedRow }: LogPage): Promise<void> {
    let events: RecordedEvent[] = [];
    for (const entry of entries) {
      if (!(entry instanceof UndecodableEventError)) {
        events.push(entry);
        continue;
      }
      const last = events.at(-1);
      if (last !== undefined && this.#isOpen) await this.handler.onEvents(events, last.position);
      events = [];
      if (this.handler.onUndecodable === undefined) throw entry;
      if (this.#isOpen) await this.handler.onUndecodable(entry);
    }
    if (this.#isOpen) await this.handler.onEvents(events, positionOfRow(scannedRow));
  }
}
