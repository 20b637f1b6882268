import type { Revision, StreamName } from '@verbatim/domain';
import type { AppendOutcome, EventStore, EventToAppend } from '@verbatim/event-store';
import { fullJitterMs, pause } from '@verbatim/platform';
import { retryBackoff, writerLimits } from './writer-limits.js';

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
    await pause(fullJitterMs(retryBackoff, attempt, random));
    const again = await store.append(stream, expected, events);
    // A refusal now says nothing of the first time.
    if (again.outcome !== 'refused') outcome = again;
  }
  return outcome;
};
