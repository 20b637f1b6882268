import type { EventStore, RecordedEvent, UndecodableEventError } from '@verbatim/event-store';
import { fullJitterMs, pause, type Backoff } from '@verbatim/platform';
import type { Checkpoint } from '@verbatim/read-models';
import { checkpointAt, type LogEntry } from '../runner/log-entry.js';
import type { ReactorCheckpoint } from './reactor-checkpoints.js';
import type { Reactor } from './reactor.js';

const RETRY: Backoff = { baseMs: 100, capMs: 5_000 };
/**
 * Rest after a batch that was not full, ms: events gather meanwhile, so a log that grows steadily costs 20 checkpoints a second at
 * most. After a pause an event is handled at once.
 */
const ROUND_PACE_MS = 50;

export type FeedSignals = {
  /** No further batch. */
  readonly stopping: AbortSignal;
  /** The batch under way neither. */
  readonly abandoned: AbortSignal;
};

export type ReactorFeedObserver = {
  /** Handled, and remembered as such. */
  readonly onHandled: (events: number, checkpoint: Checkpoint) => void;
  readonly onRetry: (error: unknown, attempt: number) => void;
};

export type ReactorFeedOptions = {
  readonly reactor: Reactor;
  readonly eventStore: EventStore;
  readonly checkpoint: ReactorCheckpoint;
  readonly park: (error: UndecodableEventError) => Promise<void>;
  readonly signals: FeedSignals;
  readonly observer: ReactorFeedObserver;
};

/**
 * One reading of the log by a reactor. A page at most is in memory: the log waits while the reactor does, and the checkpoint follows
 * what is handled.
 */
export class ReactorFeed {
  #inHand: readonly LogEntry[] = [];
  #isCaughtUp = false;
  readonly #ending = new AbortController();
  /** Nothing more is handled. */
  readonly #over: AbortSignal;

  constructor(private readonly options: ReactorFeedOptions) {
    this.#over = AbortSignal.any([options.signals.stopping, this.#ending.signal]);
  }

  get gapEvents(): number {
    return this.#inHand.length;
  }

  get oldestInHand(): LogEntry | null {
    return this.#inHand[0] ?? null;
  }

  /** What the log held at the start, and what was read since, is handled. */
  get isLive(): boolean {
    return this.#isCaughtUp && this.gapEvents === 0;
  }

  /** Resolves when it is stopped, or when another runner of this reactor moved the checkpoint. Rejects when the log drops it. */
  async follow(after: Checkpoint | null): Promise<void> {
    const { eventStore, reactor } = this.options;
    let drop: (error: Error) => void = () => undefined;
    const dropped = new Promise<never>((_, reject) => {
      drop = reject;
    });
    const subscription = eventStore.subscribeToAll(
      { after: after?.position ?? null, batchMaxEvents: reactor.batchMaxEvents },
      {
        onEvents: (events) => this.#handle(events),
        onUndecodable: (error) => this.#setAside(error),
        onCaughtUp: () => {
          this.#isCaughtUp = true;
        },
        onDropped: drop,
      },
    );
    try {
      await Promise.race([dropped, whenAborted(this.#over)]);
    } finally {
      this.#ending.abort();
      await subscription.close();
    }
  }

  async #handle(events: readonly RecordedEvent[]): Promise<void> {
    const { reactor, signals, observer } = this.options;
    for (let rest = events; rest.length > 0 && !this.#over.aborted;) {
      this.#inHand = rest;
      const pending = rest;
      const count = await this.#retried(() => reactor.react(pending, signals.abandoned));
      const last = count === null ? undefined : rest[count - 1];
      if (count === null || last === undefined || !(await this.#remember(last))) return;
      rest = rest.slice(count);
      this.#inHand = rest;
      observer.onHandled(count, checkpointAt(last));
    }
    if (events.length < reactor.batchMaxEvents) await pause(ROUND_PACE_MS, this.#over);
  }

  async #setAside(error: UndecodableEventError): Promise<void> {
    if (this.#over.aborted) return;
    this.#inHand = [error];
    const isParked = await this.#retried(async () => {
      await this.options.park(error);
      return true;
    });
    if (isParked === null || !(await this.#remember(error))) return;
    this.#inHand = [];
    this.options.observer.onHandled(0, checkpointAt(error));
  }

  /** False when the feed is over: it is stopped, or no longer the one that runs this reactor. */
  async #remember(entry: LogEntry): Promise<boolean> {
    const isMine = await this.#retried(() => this.options.checkpoint.save(checkpointAt(entry)));
    if (isMine === false) this.#ending.abort();
    return isMine === true;
  }

  /** The same again until it works; null when the feed is over before. */
  async #retried<Result>(work: () => Promise<Result>): Promise<Result | null> {
    for (let attempt = 0; ; attempt += 1)
      try {
        return await work();
      } catch (error) {
        if (this.#over.aborted) return null;
        this.options.observer.onRetry(error, attempt);
        await pause(fullJitterMs(RETRY, attempt), this.#over);
        if (this.#over.aborted) return null;
      }
  }
}

const whenAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
