import type { EventStore, Position, Subscription } from '@verbatim/event-store';
import { fullJitterMs, pause, type Backoff } from '@verbatim/platform';
import { SupersededBuildError, type BuildChanges, type ReadModelStore } from '@verbatim/read-models';
import { EntryBuffer } from './entry-buffer.js';
import type { LogEntry } from './log-entry.js';
import type { ProjectionLane } from './projection-lane.js';
import { WritePace } from './write-pace.js';

/** Events folded and written together at most; as many more may wait while they are. */
export const BATCH_MAX_EVENTS = 2_000;
/** Page of the log, events. */
const PAGE_MAX_EVENTS = 1_000;
const STORE_RETRY: Backoff = { baseMs: 50, capMs: 5_000 };

/** `superseded`: another build took over; the lanes have to be made anew from what is stored. */
export type FeedEnd = 'superseded' | Error;

export type FeedObserver = {
  /** The lanes' documents hold these entries now. */
  readonly onWritten: (entries: readonly LogEntry[]) => void;
  /** A store failed and is asked again. */
  readonly onRetry: (error: unknown, attempt: number) => void;
  /** The feed is over without having been closed. */
  readonly onEnded: (reason: FeedEnd) => void;
};

export type FeedOptions = {
  readonly eventStore: EventStore;
  readonly store: ReadModelStore;
  readonly lanes: readonly ProjectionLane[];
  readonly observer: FeedObserver;
  readonly batchMaxEvents?: number;
};

/** Something done between two batches, when nothing is folded that is not written. Never rejects. */
type Task = { readonly run: () => Promise<void>; readonly cancel: () => void };

/**
 * One reading of the log for several lanes: an event is read and decoded once, and the changes of all lanes are written
 * together. Events gather while a write is under way, so batches grow with the load. While the log is far ahead, one batch is
 * folded as the one before is written. One write is under way at a time: a later one never overtakes one that is repeated.
 */
export class ProjectionFeed {
  readonly lanes: readonly ProjectionLane[];
  readonly #buffer: EntryBuffer;
  readonly #aborted = new AbortController();
  readonly #pace = new WritePace(() => this.#signal());
  readonly #subscription: Subscription;
  readonly #finished: Promise<void>;
  #tasks: Task[] = [];
  #writing: Promise<void> | null = null;
  #isCaughtUp = false;
  readonly #watchers = new Set<() => void>();
  #wake: (() => void) | null = null;

  constructor(private readonly options: FeedOptions) {
    this.lanes = options.lanes;
    this.#buffer = new EntryBuffer(options.batchMaxEvents ?? BATCH_MAX_EVENTS);
    this.#finished = this.#run().catch((error: unknown) => this.#end(error as Error));
    this.#subscription = options.eventStore.subscribeToAll(
      { after: lowestPosition(options.lanes), batchMaxEvents: PAGE_MAX_EVENTS },
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

  /** Events read and not yet written. */
  get gapEvents(): number {
    return this.#buffer.size;
  }

  /** The first of those. */
  get oldestUnwritten(): LogEntry | null {
    return this.#buffer.oldest;
  }

  /** The log's head as it was at the start, and all that was read since, is written. */
  get isCaughtUp(): boolean {
    return this.#isCaughtUp && this.gapEvents === 0;
  }

  /** Resolves once the feed has caught up. Rejects when it ends before. */
  whenCaughtUp(): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const isOver = this.#aborted.signal.aborted;
        if (!isOver && !this.isCaughtUp) return;
        this.#watchers.delete(look);
        if (isOver) reject(new Error('the feed has ended'));
        else resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }

  /** Does something between two batches, when nothing is folded that is not written. Rejects when the feed ends before. */
  between<Result>(task: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const cancel = (): void => reject(new Error('the feed has ended'));
      if (this.#aborted.signal.aborted) return cancel();
      this.#tasks.push({ run: () => task().then(resolve, reject), cancel });
      this.#signal();
    });
  }

  /** After the write under way; what was read and not written is read again from the checkpoint. */
  async close(): Promise<void> {
    this.#stop();
    await this.#subscription.close();
    await this.#finished;
  }

  #receive(entries: readonly LogEntry[]): Promise<void> | void {
    if (this.#aborted.signal.aborted) return;
    const room = this.#buffer.add(entries);
    this.#signal();
    return room;
  }

  async #run(): Promise<void> {
    while (!this.#aborted.signal.aborted)
      if (this.#tasks.length > 0) await this.#runTasks();
      else if (this.#buffer.isFull || this.#mayStart) await this.#advance();
      else await this.#sleep();
    await this.#writing;
    for (const { cancel } of this.#tasks) cancel();
  }

  get #mayStart(): boolean {
    const isResting = this.#isCaughtUp && this.#pace.isResting;
    return this.#buffer.hasWaiting && this.#writing === null && !isResting;
  }

  /** Folds what waits; the batch before may still be on its way to the disk. */
  async #advance(): Promise<void> {
    await this.#trim();
    const entries = this.#buffer.take();
    const batch: BuildChanges[] = [];
    for (const lane of this.lanes) {
      const changes = await this.#retried(() => lane.fold(entries));
      if (changes !== null) batch.push(changes);
    }
    await this.#writing;
    if (this.#aborted.signal.aborted) return;
    this.#pace.start();
    this.#writing = this.#write(entries, batch);
  }

  async #write(entries: readonly LogEntry[], batch: readonly BuildChanges[]): Promise<void> {
    const outcome = batch.length === 0 ? 'written' : await this.#retried(() => this.options.store.write(batch));
    this.#writing = null;
    this.#buffer.release();
    if (outcome === 'written') this.options.observer.onWritten(entries);
    if (outcome === 'superseded') this.#end('superseded');
    this.#signal();
  }

  async #trim(): Promise<void> {
    if (!this.lanes.some((lane) => lane.isOverfull)) return;
    await this.#writing;
    for (const lane of this.lanes) lane.trim();
  }

  async #runTasks(): Promise<void> {
    await this.#writing;
    const tasks = this.#tasks;
    this.#tasks = [];
    for (const task of tasks) await task.run();
  }

  /** Trouble with a store passes: the same again until it works; null when the feed ends before. */
  async #retried<Result>(work: () => Promise<Result>): Promise<Result | null> {
    for (let attempt = 0; !this.#aborted.signal.aborted; attempt += 1)
      try {
        return await work();
      } catch (error) {
        if (error instanceof SupersededBuildError) this.#end('superseded');
        else this.options.observer.onRetry(error, attempt);
        await pause(fullJitterMs(STORE_RETRY, attempt), this.#aborted.signal);
      }
    return null;
  }

  #sleep(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #signal(): void {
    this.#wake?.();
    this.#wake = null;
    for (const look of this.#watchers) look();
  }

  #end(reason: FeedEnd): void {
    if (this.#aborted.signal.aborted) return;
    this.#stop();
    this.options.observer.onEnded(reason);
  }

  #stop(): void {
    this.#aborted.abort();
    this.#pace.stop();
    this.#buffer.letIn();
    this.#signal();
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
