import type { ExpectedRevision, LogIdentity } from '../event-store.js';

/** What the worker needs to open the log. */
export type WriterOptions = {
  readonly file: string;
  readonly adoptMarker: boolean;
  readonly logMaxBytes: number | null;
};

/** One append on its way to the writer; per event: id (32 hex digits), header, key id, payload. */
export type AppendJob = {
  readonly streamName: string;
  readonly expected: ExpectedRevision;
  readonly fields: readonly (string | null)[];
};
export const FIELDS_PER_EVENT = 4;

export type SnapshotToSave = {
  readonly streamName: string;
  readonly revision: number;
  readonly schemaVersion: number;
  readonly bytes: Uint8Array;
};

export type ToWriter =
  /** Everything that was appended in one turn of the event loop. Answered in this order. */
  | { readonly kind: 'append'; readonly jobs: readonly AppendJob[] }
  | { readonly kind: 'snapshot'; readonly requestId: number; readonly snapshot: SnapshotToSave }
  | { readonly kind: 'close' };

export const OUTCOME = { appended: 0, retried: 1, conflict: 2, logFull: 3, unknown: 4 } as const;
/**
 * Per job a code and two numbers, in the order of the jobs: `appended` and `retried` last revision and last row,
 * `conflict` the actual revision (-1: no stream) and 0, the others 0 and 0. Flat, because a turn may carry hundreds.
 */
export type Outcomes = readonly number[];
export const NUMBERS_PER_OUTCOME = 3;

/** An error that keeps its meaning across threads. */
export type WriterError = {
  readonly name: 'DamagedLogError' | 'ForeignLogError' | 'LogFailedError';
  readonly message: string;
  /** Of the damaged record, as text; null for none. */
  readonly position: string | null;
};

export type FromWriter =
  | { readonly kind: 'opened'; readonly identity: LogIdentity; readonly headRow: number }
  | { readonly kind: 'refused'; readonly error: WriterError }
  | { readonly kind: 'outcomes'; readonly outcomes: Outcomes }
  | { readonly kind: 'snapshot-saved'; readonly requestId: number }
  /** The log can no longer be trusted or written; nothing but this writer's end follows. */
  | { readonly kind: 'fatal'; readonly error: WriterError }
  | { readonly kind: 'closed' };
