import type { DomainEvent, Revision, Seq, StreamName } from '@verbatim/domain';
import { fullJitterMs, pause } from '@verbatim/platform';
import { appendUntilKnown, RETRY_BACKOFF } from './append-until-known.js';
import { EventStoreUnavailableError } from './errors.js';
import {
  READ_PAGE_MAX_EVENTS,
  type AppendOutcome,
  type EventMetadata,
  type EventStore,
  type EventToAppend,
  type Position,
  type RecordedEvent,
} from './event-store.js';

/** How often a decision is taken anew after a conflict. */
export const CONFLICT_RETRIES_MAX = 8;

/** The folding half of a decider. `evolve` may change the state it gets; `seq` is the event's revision. */
export type Aggregate<State, Event extends DomainEvent> = {
  readonly initial: () => State;
  readonly evolve: (state: State, event: Event, seq: Seq, metadata: EventMetadata) => State;
};
/** What a decision comes to: events for the stream (none: nothing changes), and what to tell the caller. */
export type Decided<Event extends DomainEvent, Result> = {
  readonly events: readonly EventToAppend<Event>[];
  readonly result: Result;
};
export type TransactOutcome<Result> =
  /** Everything the decision rests on is durable. `lastRevision` null: the stream has no events. */
  | {
      readonly outcome: 'done';
      readonly result: Result;
      readonly lastRevision: Revision | null;
      /** Of the last event this call appended; null when it appended none. */
      readonly lastPosition: Position | null;
    }
  /** Others kept writing; nothing of this call was stored. */
  | { readonly outcome: 'busy' }
  | Extract<AppendOutcome, { outcome: 'refused' | 'unknown' }>;

type Folded<State> = { readonly state: State; readonly revision: Revision | null };

/** Folds a stream to its head, page by page. @throws UndecodableEventError, DamagedLogError */
export const foldStream = async <State, Event extends DomainEvent>(
  store: EventStore,
  stream: StreamName,
  { initial, evolve }: Aggregate<State, Event>,
): Promise<Folded<State>> => {
  let state = initial();
  let revision: Revision | null = null;
  for (;;) {
    const from = (revision === null ? 0 : revision + 1) as Revision;
    const { events } = await store.readStream(stream, { from, maxCount: READ_PAGE_MAX_EVENTS });
    for (const { event, revision: seq, metadata } of events as readonly RecordedEvent<Event>[])
      state = evolve(state, event, seq as number as Seq, metadata);
    revision = events.at(-1)?.revision ?? revision;
    if (events.length < READ_PAGE_MAX_EVENTS) return { state, revision };
  }
};

const nullWhenUnavailable = (error: unknown): null => {
  if (error instanceof EventStoreUnavailableError) return null;
  throw error;
};

/**
 * Folds a stream, decides, and appends at exactly the revision that was decided on; decides anew after a conflict. For
 * streams that are written seldom: conversations have a writer of their own, which keeps its state.
 */
export const transact = async <State, Event extends DomainEvent, Result>(
  store: EventStore,
  stream: StreamName,
  aggregate: Aggregate<State, Event>,
  decide: (state: State, revision: Revision | null) => Decided<Event, Result>,
): Promise<TransactOutcome<Result>> => {
  for (let attempt = 0; attempt <= CONFLICT_RETRIES_MAX; attempt += 1) {
    const folded = await foldStream(store, stream, aggregate).catch(nullWhenUnavailable);
    if (folded === null) return { outcome: 'refused', reason: 'unavailable' };
    const { state, revision } = folded;
    const { events, result } = decide(state, revision);
    if (events.length === 0) return { outcome: 'done', result, lastRevision: revision, lastPosition: null };
    const appended = await appendUntilKnown(store, stream, revision ?? 'no-stream', events);
    if (appended.outcome === 'appended') {
      const { lastRevision, lastPosition } = appended;
      return { outcome: 'done', result, lastRevision, lastPosition };
    }
    if (appended.outcome !== 'conflict') return appended;
    await pause(fullJitterMs(RETRY_BACKOFF, attempt));
  }
  return { outcome: 'busy' };
};
