import type { StreamName } from '@verbatim/domain';
import { fullJitterMs, pause } from '@verbatim/platform';
import type { AppendOutcome, EventStore, EventToAppend, ExpectedRevision } from './event-store.js';

/** How often one batch is sent again while its outcome is unknown. */
export const UNKNOWN_RETRIES_MAX = 5;
/** Pause before a try again: full jitter over a bound that doubles. */
export const RETRY_BACKOFF = { baseMs: 5, capMs: 1_000 };

/**
 * Appends; while nobody knows what became of it the identical batch (ids, length, expected revision) goes again, before
 * anything else of that stream: the store deduplicates it.
 */
export const appendUntilKnown = async (
  store: EventStore,
  stream: StreamName,
  expected: ExpectedRevision,
  events: readonly EventToAppend[],
  random?: () => number,
): Promise<AppendOutcome> => {
  let outcome = await store.append(stream, expected, events);
  for (let attempt = 0; outcome.outcome === 'unknown' && attempt < UNKNOWN_RETRIES_MAX; attempt += 1) {
    await pause(fullJitterMs(RETRY_BACKOFF, attempt, random));
    const again = await store.append(stream, expected, events);
    // A refusal now says nothing of the first time.
    if (again.outcome !== 'refused') outcome = again;
  }
  return outcome;
};
