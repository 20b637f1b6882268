import type { CommandId, DeviceId, DomainEvent, IsoTimestamp, Revision, StreamName, UserId } from '@verbatim/domain';
import type { EventId, Position } from './event-place.js';
import type { UndecodableEventError } from './errors.js';

export type { EventId, Position } from './event-place.js';

/** The audit trail of an event. Opaque ids only: no name, no address, no content. */
export type EventMetadata = {
  readonly actorId: UserId | null;
  readonly deviceId: DeviceId | null;
  readonly sessionId: string | null;
  readonly commandId: CommandId;
  /** Follows one request through every process: the trace id of the request. */
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly ipClass: IpClass | null;
  readonly recordedAt: IsoTimestamp;
};
export type IpClass = 'loopback' | 'private' | 'public';

export type EventToAppend<Event extends DomainEvent = DomainEvent> = {
  /** The same id at the same expected revision is the same append (the store deduplicates nothing else). */
  readonly eventId: EventId;
  readonly event: Event;
  readonly metadata: EventMetadata;
};

export type RecordedEvent<Event extends DomainEvent = DomainEvent> = {
  readonly eventId: EventId;
  readonly streamName: StreamName;
  readonly revision: Revision;
  readonly position: Position;
  readonly event: Event;
  readonly metadata: EventMetadata;
};

export type ExpectedRevision = Revision | 'no-stream' | 'stream-exists' | 'any';

export type AppendOutcome =
  /** Durable. `lastRevision` and `lastPosition` are those of the last event of the batch. */
  | { readonly outcome: 'appended'; readonly lastRevision: Revision; readonly lastPosition: Position }
  /** Nothing was written: the stream is at `actualRevision` (null: no stream). */
  | { readonly outcome: 'conflict'; readonly actualRevision: Revision | null }
  /** Nothing was written and nothing will be: the disk is full, or the store is shutting down. */
  | { readonly outcome: 'refused'; readonly reason: 'log-full' | 'unavailable' }
  /** It may or may not be there. Send the identical batch again (ids, length, expected revision) before anything else. */
  | { readonly outcome: 'unknown'; readonly cause: Error };

export type StreamReadOptions = {
  /** Inclusive. Default: the start when forwards, the end when backwards. */
  readonly from?: Revision;
  readonly direction?: 'forwards' | 'backwards';
  /** At most `READ_PAGE_MAX_EVENTS`. */
  readonly maxCount: number;
  /** Told of each event that cannot be decoded, which is then left out; without it the read rejects with that error. */
  readonly onUndecodable?: (error: UndecodableEventError) => void;
};
/** `headRevision` is null when the stream does not exist. */
export type StreamSlice = { readonly events: readonly RecordedEvent[]; readonly headRevision: Revision | null };

export type AllReadOptions = {
  /** Exclusive; null reads from the start. */
  readonly after: Position | null;
  readonly maxCount: number;
  /** Part of the stream name before its first `-`; absent: all. */
  readonly categories?: readonly string[];
  /** Told of each event that cannot be decoded, which is then left out; without it the read rejects with that error. */
  readonly onUndecodable?: (error: UndecodableEventError) => void;
};
/** Everything up to and including `scannedTo` was read or filtered out; `isAtHead` when nothing lay beyond it. */
export type AllSlice = {
  readonly events: readonly RecordedEvent[];
  readonly scannedTo: Position | null;
  readonly isAtHead: boolean;
};

export type SubscriptionHandler = {
  /**
   * Called with events in log order, never concurrently; a returned promise is awaited before the next call.
   * `position`: everything up to it was delivered or filtered out. `events` may be empty when only that moved.
   */
  readonly onEvents: (events: readonly RecordedEvent[], position: Position) => void | Promise<void>;
  /**
   * Called in log order for an event that cannot be decoded, awaited like `onEvents`: what came before it was delivered,
   * and when it returns the event counts as handled (parked). Without it, or when it throws, the subscription is dropped.
   */
  readonly onUndecodable?: (error: UndecodableEventError) => void | Promise<void>;
  /** Once, when the head as it was at that moment has been delivered; live from here. */
  readonly onCaughtUp?: (position: Position | null) => void;
  /** The subscription ended by itself: damaged log, a start beyond its head, a handler that threw. It is over; nothing is delivered after it. */
  readonly onDropped?: (error: Error) => void;
};
export type SubscriptionOptions = {
  /** Exclusive; null starts at the first event. */
  readonly after: Position | null;
  readonly categories?: readonly string[];
  readonly batchMaxEvents?: number;
};
export interface Subscription {
  /** Resolves when a running handler call has settled; nothing is delivered after it. Not to be awaited by a handler. */
  close(): Promise<void>;
}

export type Snapshot = { readonly revision: Revision; readonly schemaVersion: number; readonly bytes: Uint8Array };

/** Identity of a log; cursors carry it. A restore or a migration writes a new epoch. */
export type LogIdentity = { readonly logId: string; readonly epoch: number };

/**
 * The truth. Promises only what an EventStoreDB cluster keeps too: exact-revision appends, dense revisions,
 * rising positions with gaps, catch-up subscriptions; event ids are deduplicated at the same expected revision only.
 * Reads throw `DamagedLogError` (with the position) rather than serve a record whose hash or link is wrong.
 */
export interface EventStore {
  readonly identity: LogIdentity;
  append(stream: StreamName, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendOutcome>;
  readStream(stream: StreamName, options: StreamReadOptions): Promise<StreamSlice>;
  readAll(options: AllReadOptions): Promise<AllSlice>;
  /** The event at exactly this position, or null when there is none (a gap, or beyond the head). */
  readAt(position: Position): Promise<RecordedEvent | null>;
  /** Position of the last durable event; null when the log is empty. */
  headPosition(): Promise<Position | null>;
  subscribeToAll(options: SubscriptionOptions, handler: SubscriptionHandler): Subscription;
  readSnapshot(stream: StreamName): Promise<Snapshot | null>;
  /** Best effort: a lost snapshot costs a longer fold, never an event. */
  saveSnapshot(stream: StreamName, snapshot: Snapshot): Promise<void>;
  close(): Promise<void>;
}

/** Largest page of one read, events. */
export const READ_PAGE_MAX_EVENTS = 1_000;
/** EventStoreDB takes 1 MiB for the sum of one append; the writer stays under both. */
export const APPEND_MAX_EVENTS = 256;
export const APPEND_MAX_BYTES = 900 * 1_024;
