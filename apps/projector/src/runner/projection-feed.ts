import { fullJitterMs, pause, type Backoff } from '@verbatim/platform';
import type { EventStore, Position, Subscription } from '@verbatim/event-store';
import type { BuildChanges, ReadModelStore } from '@verbatim/read-models';
import type { LogEntry } from './log-entry.js';
import type { ProjectionLane } from './projection-lane.js';

/** Events folded and written together at most; so many more may wait while they are. */
export const BATCH_MAX_EVENTS = 2_000;
/** Page of the log, events. */
const PAGE_MAX_EVENTS = 1_000;
const WRITE_RETRY: Backoff = { baseMs: 50, capMs: 5_000 };

export type FeedObserver = {
  /** The lanes hold what was written. `events`: how many the log had in this run. */
  readonly onWritten: (lanes: readonly ProjectionLane[], entries: readonly LogEntry[]) => void;
  /** A write failed and is tried again. */
  readonly onRetry: (error: unknown, attempt: number) => void;
  /** A build is no more, or the feed broke: the lanes have to be made anew from what is stored. */
  readonly onEnded: (reason: 'superseded' | Error) => void;
};

export type FeedOptions = {
  readonly eventStore: EventStore;
  readonly store: ReadModelStore;
  readonly lanes: readonly ProjectionLane[];
  readonly observer: FeedObserver;
  readonly batchMaxEvents?: number;
};

/** What the feed does between two batches, with nothing folded that is not written. */
type Task = () => Promise<void>;

/**
 * One reading of the log for several lanes: an event is read and decoded once, and the changes of all lanes are written
 * together. Events gather while a write is under way, so batches grow with the load and nobody waits for a timer. One write is
 * under way at a time: a later one never overtakes one that has to be repeated.
 */
export class ProjectionFeed {
  readonly lanes: readonly ProjectionLane[];
  readonly #batchMaxEvents: number;
  readonly #aborted = new AbortController();
  readonly #subscription: Subscription;
  readonly #finished: Promise<void>;
  #waiting: LogEntry[] = [];
  #tasks: Task[] = [];
  #wake: (() => void) | null = null;
  #makeRoom: (() => void) | null = null;
  #writing: Promise<void> | null = null;
  #isCaughtUp = false;

  constructor(private readonly options: FeedOptions) {
    const { eventStore, lanes, batchMaxEvents = BATCH_MAX_EVENTS } = options;
    this.lanes = lanes;
    this.#batchMaxEvents = batchMaxEvents;
    this.#finished = this.#run().catch((error: unknown) => this.#end(error as Error));
    this.#subscription = eventStore.subscribeToAll(
      { after: lowestPosition(lanes), batchMaxEvents: PAGE_MAX_EVENTS },
      {
        onEvents: (events) => this.#receive(events),
        onUndecodable: (error) => this.#receive([error]),
        onCaughtUp: () => {
          this.#isCaughtUp = true;
          this.#signal();
        },
        onDropped: (error) => this.#end(error),
      },
    );
  }

  /** Read, but not yet written. */
  get gapEvents(): number {
    return this.#waiting.length + this.#inHand;
  }
  #inHand = 0;

  /** True once the head as it was at the start is written. */
  get isCaughtUp(): boolean {
    return this.#isCaughtUp && this.gapEvents === 0;
  }

  /** Runs a task between two batches. Rejects when the task does, or when the feed closes before it ran. */
  between<Result>(task: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#aborted.signal.aborted) return reject(new Error('the feed is closed'));
      this.#tasks.push(() => task().then(resolve, reject));
      this.#aborted.signal.addEventListener('abort', () => reject(new Error('the feed is closed')), { once: true });
      this.#signal();
    });
  }

  /** Ends after the write under way; what was read and not written is read again from the checkpoint. */
  async close(): Promise<void> {
    this.#aborted.abort();
    this.#makeRoom?.();
    this.#signal();
    await this.#subscription.close();
    await this.#finished;
  }

  #receive(entries: readonly LogEntry[]): Promise<void> | void {
    if (this.#aborted.signal.aborted) return;
    for (const entry of entries) this.#waiting.push(entry);
    this.#signal();
    if (this.#waiting.length < this.#batchMaxEvents) return;
    return new Promise((resolve) => {
      this.#makeRoom = resolve;
    });
  }

  async #run(): Promise<void> {
    const { signal } = this.#aborted;
    while (!signal.aborted) {
      const isFull = this.#waiting.length >= this.#batchMaxEvents;
      if (this.#writing !== null && !isFull) await this.#next();
      else if (this.#tasks.length > 0) await this.#runTasks();
      else if (this.#waiting.length > 0) await this.#advance();
      else await this.#next();
    }
    await this.#writing;
  }

  /** Folds all that waits; meanwhile the batch before may still be on its way to the disk. */
  async #advance(): Promise<void> {
    if (this.lanes.some((lane) => lane.isOverfull)) {
      await this.#writing;
      for (const lane of this.lanes) lane.trim();
    }
    const entries = this.#take();
    this.#inHand += entries.length;
    const batch: BuildChanges[] = [];
    for (const lane of this.lanes) {
      const changes = await this.#retried(() => lane.fold(entries));
      if (changes !== null) batch.push(changes);
    }
    await this.#writing;
    if (this.#aborted.signal.aborted) return;
    this.#writing = this.#write(entries, batch).finally(() => {
      this.#writing = null;
      this.#inHand -= entries.length;
      this.#signal();
    });
  }

  async #write(entries: readonly LogEntry[], batch: readonly BuildChanges[]): Promise<void> {
    const outcome = batch.length === 0 ? 'written' : await this.#retried(() => this.options.store.write(batch));
    if (outcome === 'written') this.options.observer.onWritten(this.lanes, entries);
    else if (outcome === 'superseded') this.#end('superseded');
  }

  async #runTasks(): Promise<void> {
    await this.#writing;
    const tasks = this.#tasks;
    this.#tasks = [];
    for (const task of tasks) await task();
  }

  /** Trouble with a store passes: the same again, until it works or the feed closes (null). */
  async #retried<Result>(work: () => Promise<Result>): Promise<Result | null> {
    for (let attempt = 0; !this.#aborted.signal.aborted; attempt += 1)
      try {
        return await work();
      } catch (error) {
        this.options.observer.onRetry(error, attempt);
        await pause(fullJitterMs(WRITE_RETRY, attempt), this.#aborted.signal);
      }
    return null;
  }

  #take(): readonly LogEntry[] {
    const entries =
      this.#waiting.length <= this.#batchMaxEvents ? this.#waiting : this.#waiting.slice(0, this.#batchMaxEvents);
    this.#waiting = this.#waiting.slice(entries.length);
    this.#makeRoom?.();
    this.#makeRoom = null;
    return entries;
  }

  #next(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #signal(): void {
    this.#wake?.();
    this.#wake = null;
  }

  #end(reason: 'superseded' | Error): void {
    if (this.#aborted.signal.aborted) return;
    this.#aborted.abort();
    this.#makeRoom?.();
    this.#signal();
    this.options.observer.onEnded(reason);
  }
}

/** Where the lane that is least far starts; null: the start of the log. */
const lowestPosition = (lanes: readonly ProjectionLane[]): Position | null => {
  let lowest: Position | null = null;
  for (const { checkpoint } of lanes) {
    if (checkpoint === null) return null;
    if (lowest === null || checkpoint.position < lowest) lowest = checkpoint.position;
  }
  return lowest;
};
