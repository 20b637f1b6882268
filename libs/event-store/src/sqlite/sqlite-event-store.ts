import type Database from 'better-sqlite3';
import type { StreamName } from '@verbatim/domain';
import { DamagedLogError } from '../errors.js';
import type {
  AllReadOptions,
  AllSlice,
  AppendOutcome,
  EventStore,
  EventToAppend,
  ExpectedRevision,
  LogIdentity,
  Position,
  RecordedEvent,
  Snapshot,
  StreamReadOptions,
  StreamSlice,
  Subscription,
  SubscriptionHandler,
  SubscriptionOptions,
} from '../event-store.js';
import { pageMax, withoutUndecodable } from '../read-options.js';
import { categoryFilter } from '../subscription/categories.js';
import { LogFollowers } from '../subscription/log-followers.js';
import type { LogPage, LogSource } from '../subscription/log-subscription.js';
import { positionOfRow, rowAt, rowUpTo } from '../subscription/position.js';
import { RecentEvents } from '../subscription/recent-events.js';
import { AppendQueue } from './append-queue.js';
import type { LogLock } from './log-lock.js';
import { LogReader } from './log-reader.js';
import { asLogError } from './log-schema.js';
import type { SqliteEventStoreOptions } from './sqlite-event-store-options.js';
import { SnapshotDesk } from './snapshot-desk.js';
import type { WriterThread } from './writer-thread.js';

const RECENT_MAX_EVENTS = 16_384;
const RECENT_MAX_BYTES = 32 * 1_024 * 1_024;
/** A category read scans this many events per page, however few it is asked for. */
const SCAN_EVENTS = 500;

/** What an opened log consists of; the store closes all of it. */
export type OpenedLog = {
  readonly options: SqliteEventStoreOptions;
  readonly identity: LogIdentity;
  readonly headRow: number;
  readonly thread: WriterThread;
  readonly db: Database.Database;
  readonly lock: LogLock;
};

/** The event store in one SQLite file: a thread writes, this thread reads. */
export class SqliteEventStore implements EventStore, LogSource {
  readonly identity: LogIdentity;
  readonly #reader: LogReader;
  readonly #recent: RecentEvents;
  readonly #queue: AppendQueue;
  readonly #snapshots: SnapshotDesk;
  readonly #followers: LogFollowers;
  #failure: Error | null = null;
  #closed: Promise<void> | null = null;

  constructor(private readonly log: OpenedLog) {
    const { options, thread, db, identity, headRow } = log;
    const { recentMaxEvents = RECENT_MAX_EVENTS, recentMaxBytes = RECENT_MAX_BYTES } = options;
    this.identity = identity;
    this.#reader = new LogReader(db);
    this.#recent = new RecentEvents({ recentMaxEvents, recentMaxBytes }, headRow);
    this.#followers = new LogFollowers(this);
    this.#snapshots = new SnapshotDesk(db, thread);
    this.#queue = new AppendQueue({
      post: (jobs) => thread.post({ kind: 'append', jobs }),
      publish: (event, bytes) => this.#recent.push(event, bytes),
    });
    thread.listen({
      onAnswer: (answer) => {
        if (answer.kind === 'snapshot-saved') return this.#snapshots.saved(answer.requestId);
        this.#queue.settle(answer.outcomes);
        this.#followers.notify();
      },
      onFailed: (error, mayHaveWritten) => this.#fail(error, mayHaveWritten),
    });
  }

  get headRow(): number {
    return this.#recent.headRow;
  }

  async append(
    stream: StreamName,
    expected: ExpectedRevision,
    events: readonly EventToAppend[],
  ): Promise<AppendOutcome> {
    return this.#queue.append(stream, expected, events);
  }

  async readStream(stream: StreamName, options: StreamReadOptions): Promise<StreamSlice> {
    const { from, direction = 'forwards', maxCount, onUndecodable } = options;
    const page = this.#read(() =>
      this.#reader.stream(stream, from ?? null, pageMax(maxCount), direction === 'forwards'),
    );
    return { events: withoutUndecodable(page.entries, onUndecodable), headRevision: page.headRevision as never };
  }

  async readAll({ after, maxCount, categories, onUndecodable }: AllReadOptions): Promise<AllSlice> {
    const afterRow = rowUpTo(after);
    const scanMax = categories === undefined ? pageMax(maxCount) : Math.max(pageMax(maxCount), SCAN_EVENTS);
    const page = this.pageAfter(afterRow, scanMax, categoryFilter(categories));
    const entries = page.entries.slice(0, maxCount);
    const isCut = entries.length < page.entries.length;
    const scannedTo = isCut ? (entries.at(-1)?.position ?? after) : positionOfRow(page.scannedRow);
    return {
      events: withoutUndecodable(entries, onUndecodable),
      scannedTo: page.scannedRow === afterRow ? after : scannedTo,
      isAtHead: !isCut && page.scannedRow >= this.headRow,
    };
  }

  async readAt(position: Position): Promise<RecordedEvent | null> {
    const row = rowAt(position);
    const entry = row === null ? null : this.#read(() => this.#reader.entryAt(row));
    if (entry instanceof Error) throw entry;
    return entry;
  }

  async headPosition(): Promise<Position | null> {
    return this.headRow === 0 ? null : positionOfRow(this.headRow);
  }

  subscribeToAll(options: SubscriptionOptions, handler: SubscriptionHandler): Subscription {
    return this.#followers.subscribe(options, handler);
  }

  async readSnapshot(stream: StreamName): Promise<Snapshot | null> {
    return this.#read(() => this.#snapshots.read(stream));
  }

  saveSnapshot(stream: StreamName, snapshot: Snapshot): Promise<void> {
    return this.#snapshots.save(stream, snapshot);
  }

  isBeyondHead(row: number): boolean {
    return row > this.headRow && row > this.#read(() => this.#reader.lastRow());
  }

  recentAfter(row: number, maxCount: number): readonly RecordedEvent[] | null {
    return this.#recent.after(row, maxCount);
  }

  pageAfter(row: number, maxCount: number, wants: (streamName: string) => boolean): LogPage {
    return this.#read(() => this.#reader.pageAfter(row, maxCount, this.headRow, wants));
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#queue.close();
    await this.#followers.close();
    await this.log.thread.close();
    this.#snapshots.abandon();
    this.log.db.close();
    this.log.lock.release();
  }

  #read<Result>(read: () => Result): Result {
    if (this.#failure !== null) throw this.#failure;
    try {
      return read();
    } catch (cause) {
      const error = asLogError(cause);
      if (error instanceof DamagedLogError) this.#fail(error, true);
      throw error;
    }
  }

  /** Nothing that may be wrong is served after this. */
  #fail(error: Error, mayHaveWritten: boolean): void {
    if (this.#failure !== null) return;
    this.#failure = error;
    this.#queue.abandon(
      mayHaveWritten ? { outcome: 'unknown', cause: error } : { outcome: 'refused', reason: 'unavailable' },
    );
    this.#snapshots.abandon();
    this.#followers.drop(error);
    this.log.options.onFatal(error);
  }
}
