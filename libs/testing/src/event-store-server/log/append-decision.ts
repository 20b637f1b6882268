import type { ExpectedRevision, ProposedEvent, StoredEvent } from './stored-event.js';

export type AppendDecision =
  | { readonly kind: 'append' }
  /** All of it stands there already; `last` is its last event. */
  | { readonly kind: 'idempotent'; readonly last: StoredEvent }
  | { readonly kind: 'wrong-revision' };

export type StreamFacts = {
  /** All events of the stream ever, also those that its metadata hides. */
  readonly events: readonly StoredEvent[];
  readonly isSoftDeleted: boolean;
  readonly byId: (eventId: string) => StoredEvent | undefined;
};

const standsAt = (events: readonly StoredEvent[], from: number, proposed: readonly ProposedEvent[]): AppendDecision => {
  const isSame = proposed.every(({ id }, index) => events[from + index]?.id === id);
  const last = events[from + proposed.length - 1];
  return isSame && last !== undefined ? { kind: 'idempotent', last } : { kind: 'wrong-revision' };
};

/** Without a place to compare, the ids are looked for anywhere in the stream; all of them, or it is another append. */
const knownAnywhere = (
  { events, byId }: StreamFacts,
  stream: string,
  proposed: readonly ProposedEvent[],
): AppendDecision => {
  const [first, ...others] = proposed.map(({ id }) => byId(id));
  if (first === undefined || first.stream !== stream) return { kind: 'append' };
  if (others.some((each) => each === undefined || each.stream !== stream)) return { kind: 'wrong-revision' };
  return standsAt(events, first.revision, proposed);
};

/** What an append means, by EventStoreDB's rules of optimistic concurrency and idempotency. */
export const decideAppend = (
  facts: StreamFacts,
  stream: string,
  expected: ExpectedRevision,
  proposed: readonly ProposedEvent[],
): AppendDecision => {
  const actual = facts.events.length - 1;
  if (expected === 'any') return knownAnywhere(facts, stream, proposed);
  if (expected === 'stream-exists')
    return actual < 0 || facts.isSoftDeleted ? { kind: 'wrong-revision' } : knownAnywhere(facts, stream, proposed);
  const wanted = expected === 'no-stream' ? -1 : expected;
  if (wanted === actual) return { kind: 'append' };
  if (expected === 'no-stream' && facts.isSoftDeleted) return { kind: 'append' };
  return wanted > actual ? { kind: 'wrong-revision' } : standsAt(facts.events, wanted + 1, proposed);
};
