import type { Change, Evidence, Send } from '../../crash/evidence.js';

/** One request to the service and what came of it. */
export type Try = {
  readonly what: 'send' | 'change' | 'receipt' | 'read';
  readonly startedAtMs: number;
  readonly tookMs: number;
  /** `silent`: the client's own deadline passed; `broken`: the connection ended, or was refused, without an answer. */
  readonly outcome: 'ok' | 'refused' | 'try-again' | 'broken' | 'silent';
};

export type PresenceSeen = { readonly userId: string; readonly status: string };
export type StaleRead = {
  readonly userId: string;
  readonly conversationId: string;
  readonly shown: number;
  readonly known: number;
};

/** Everything that clients of all outages asked for and were told, message by message. */
export type Ledger = {
  readonly sends: Send[];
  readonly changes: Change[];
  readonly surprises: string[];
  readonly tries: Try[];
  /** Of people who were connected when it was asked. */
  readonly presence: PresenceSeen[];
  readonly staleReads: StaleRead[];
};

export const emptyLedger = (): Ledger => ({
  sends: [],
  changes: [],
  surprises: [],
  tries: [],
  presence: [],
  staleReads: [],
});

/** A message that the relay put on the topic. */
export type Relayed = { readonly eventId: string; readonly key: string };
/** An event of the log as the topic should have it. */
export type ToRelay = Relayed;

/** All that is known at the end, for the checkers. */
export type OutageEvidence = Evidence & {
  readonly ledger: Ledger;
  /** In the order of the log. */
  readonly toRelay: readonly ToRelay[];
  /** In the order of each partition; null while the topic has not been read. */
  readonly relayed: readonly Relayed[] | null;
};
