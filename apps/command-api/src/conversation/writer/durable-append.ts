import { setTimeout as pause } from 'node:timers/promises';
import type { Revision, StreamName } from '@verbatim/domain';
import type { AppendOutcome, EventStore, EventToAppend } from '@verbatim/event-store';
import { writerLimits } from './writer-limits.js';

/** Full jitter: anything from 0 to `retryBaseMs` doubled `attempt` times, ms. */
export const retryPauseMs = (attempt: number, random: () => number): number =>
  random() * Math.min(writerLimits.retryMaxMs, writerLimits.retryBaseMs * 2 ** attempt);

/**
 * Appends at the exact revision. While the outcome is unknown the identical batch goes again, before anything else of
 * that stream; the store deduplicates the same ids at the same revision.
 */
export const appendUntilKnown = async (
  store: EventStore,
  stream: StreamName,
  headSeq: number,
  events: readonly EventToAppend[],
  random: () => number,
): Promise<AppendOutcome> => {
  const expected = headSeq < 0 ? 'no-stream' : (headSeq as Revision);
  let outcome = await store.append(stream, expected, events);
  for (let attempt = 1; outcome.outcome === 'unknown' && attempt < writerLimits.unknownTriesMax; attempt++) {
    await pause(retryPauseMs(attempt, random));
    outcome = await store.append(stream, expected, events);
  }
  return outcome;
};
