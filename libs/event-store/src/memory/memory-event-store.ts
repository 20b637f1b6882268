import { randomUUID } from 'node:crypto';
import type { Revision, StreamName } from '@verbatim/domain';
import { encodeAppend } from '../append-limits.js';
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
import { decideAppend } from '../expected-revision.js';
import { pageMax } from '../read-options.js';
import { categoryFilter } from '../subscription/categories.js';
import { LogFollowers } from '../subscription/log-followers.js';
import type { LogPage, LogSource } from '../subscription/log-subscription.js';
import { positionOfRow, rowAt, rowUpTo } from '../subscription/position.js';

/** The whole log in memory, gone with the process. Same contract as the durable stores; for specs and for trying things out. */
class MemoryEventStore implements EventStore, LogSource {
  readonly identity: LogIdentity = { logId: randomUUID(), epoch: 1 };
  readonly #all: RecordedEvent[] = [];
  readonly #streams = new Map<StreamName, RecordedEvent[]>();
  readonly #snapshots = new Map<StreamName, Snapshot>();
  readonly #followers = new LogFollowers(this);
  #isOpen = true;

  get headRow(): number {
    return this.#all.length;
  }

  async append(
    stream: StreamName,
    expected: ExpectedRevision,
    events: readonly EventToAppend[],
  ): Promise<AppendOutcome> {
    encodeAppend(events); // refuses what a durable store would
    if (!this.#isOpen) return { outcome: 'refused', reason: 'unavailable' };
    const recorded = this.#streams.get(stream) ?? [];
    const head = recorded.length === 0 ? null : recorded.length - 1;
    const decision = decideAppend(expected, head, events.length, (revision) =>
      events.every(({ eventId }, index) => recorded[revision + index]?.eventId === eventId),
    );
    if (decision.kind === 'conflict') return { outcome: 'conflict', actualRevision: head as Revision | null };
    if (decision.kind === 'append') this.#record(stream, recorded, events);
    const lastRevision = decision.kind === 'append' ? recorded.length - 1 : decision.fromRevision + events.length - 1;
    const last = recorded[lastRevision] as RecordedEvent;
    return { outcome: 'appended', lastRevision: last.revision, lastPosition: last.position };
  }

  async readStream(stream: StreamName, options: StreamReadOptions): Promise<StreamSlice> {
    const { from, direction = 'forwards', maxCount } = options;
    const recorded = this.#streams.get(stream) ?? [];
    const headRevision = recorded.at(-1)?.revision ?? null;
    const count = pageMax(maxCount);
    if (direction === 'forwards') return { events: recorded.slice(from ?? 0, (from ?? 0) + count), headRevision };
    const end = Math.min(from ?? recorded.length, recorded.length - 1) + 1;
    return { events: recorded.slice(Math.max(0, end - count), end).reverse(), headRevision };
  }

  async readAll({ after, maxCount, categories }: AllReadOptions): Promise<AllSlice> {
    const afterRow = rowUpTo(after);
    const { entries } = this.pageAfter(afterRow, this.#all.length, categoryFilter(categories));
    const events = (entries as RecordedEvent[]).slice(0, pageMax(maxCount));
    const isAtHead = events.length === entries.length;
    const scannedTo = isAtHead ? positionOfRow(this.headRow) : (events.at(-1) as RecordedEvent).position;
    return { events, scannedTo: this.headRow <= afterRow ? after : scannedTo, isAtHead };
  }

  async readAt(position: Position): Promise<RecordedEvent | null> {
    const row = rowAt(position);
    return row === null ? null : (this.#all[row - 1] ?? null);
  }

  async headPosition(): Promise<Position | null> {
    return this.#all.at(-1)?.position ?? null;
  }

  subscribeToAll(options: SubscriptionOptions, handler: SubscriptionHandler): Subscription {
    return this.#followers.subscribe(options, handler);
  }

  async readSnapshot(stream: StreamName): Promise<Snapshot | null> {
    return this.#snapshots.get(stream) ?? null;
  }

  async saveSnapshot(stream: StreamName, snapshot: Snapshot): Promise<void> {
    if (this.#streams.has(stream)) this.#snapshots.set(stream, snapshot);
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    await this.#followers.close();
  }

  isBeyondHead(row: number): boolean {
    return row > this.#all.length;
  }

  recentAfter(row: number, maxCount: number): readonly RecordedEvent[] {
    return this.#all.slice(row, row + maxCount);
  }

  pageAfter(row: number, maxCount: number, wants: (streamName: string) => boolean): LogPage {
    const scanned = this.#all.slice(row, row + maxCount);
    return { entries: scanned.filter(({ streamName }) => wants(streamName)), scannedRow: row + scanned.length };
  }

  #record(streamName: StreamName, recorded: RecordedEvent[], events: readonly EventToAppend[]): void {
    for (const { eventId, event, metadata } of events) {
      const revision = recorded.length as Revision;
      const position = positionOfRow(this.#all.length + 1);
      const one: RecordedEvent = { eventId, streamName, revision, position, event, metadata };
      recorded.push(one);
      this.#all.push(one);
    }
    this.#streams.set(streamName, recorded);
    this.#followers.notify();
  }
}

export const openMemoryEventStore = (): EventStore => new MemoryEventStore();
