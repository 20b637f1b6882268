/** An event as it was proposed. */
export type ProposedEvent = {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
};

/** An event in its place. `position` is both its commit and its prepare position, as of every event that is no part of an explicit transaction. */
export type StoredEvent = ProposedEvent & {
  readonly stream: string;
  readonly revision: number;
  readonly position: bigint;
  /** Its place in `$all`, counted from 0. */
  readonly index: number;
  readonly createdMs: number;
};

export type ExpectedRevision = number | 'any' | 'no-stream' | 'stream-exists';

/** What one write consists of; stored whole or not at all. */
export type LogEntry =
  | {
      readonly kind: 'append';
      readonly stream: string;
      readonly events: readonly ProposedEvent[];
      readonly createdMs: number;
    }
  /** The stream is gone for ever. */
  | { readonly kind: 'tombstone'; readonly stream: string; readonly eventId: string; readonly createdMs: number };

export type WriteOutcome =
  | { readonly kind: 'written'; readonly revision: number; readonly position: bigint }
  | { readonly kind: 'wrong-revision'; readonly actual: number | null }
  | { readonly kind: 'deleted' };

/** The stream that describes another one. */
export const metastreamOf = (stream: string): string => `$$${stream}`;
