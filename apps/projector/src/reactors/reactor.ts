import type { RecordedEvent } from '@verbatim/event-store';

/** Causes something outside when events happen: at least once each, in the order of the log. A rebuild never runs it again. */
export type Reactor = {
  /** Also the name of its checkpoint: for ever. */
  readonly name: string;
  /** Where it begins when it never ran before. */
  readonly startsAt: 'start' | 'head';
  /** Events that it is handed at most. */
  readonly batchMaxEvents: number;
  /**
   * Resolves with how many of the events, from the first on, are done: at least one. Rejects when that is not known; it is asked
   * again with the same events until it resolves. An abort makes it reject soon.
   */
  readonly react: (events: readonly RecordedEvent[], signal: AbortSignal) => Promise<number>;
  /** For an event whose turn has passed: it could not be decoded then. */
  readonly reactLate: (event: RecordedEvent, signal: AbortSignal) => Promise<void>;
};

export type ReactorState = 'standby' | 'catching-up' | 'live' | 'retrying' | 'stopped';
