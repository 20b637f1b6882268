import { ErrorType, NO_STREAM, type EventData } from '@eventstore/db-client';
import type { Revision } from '@verbatim/domain';
import { DamagedLogError } from '../errors.js';
import type { AppendOutcome, Position } from '../event-store.js';
import { asError, isOfType, isUnauthorised, withinTime } from './client-errors.js';
import { APPEND_DEADLINE_MS, APPEND_TIMEOUT_MS } from './limits.js';
import type { SharedClient } from './shared-client.js';

const UNAVAILABLE: AppendOutcome = { outcome: 'refused', reason: 'unavailable' };

const actualOf = (error: unknown): Revision | null => {
  const { actualVersion } = error as { readonly actualVersion: bigint | 'no_stream' };
  return typeof actualVersion === 'bigint' ? (Number(actualVersion) as Revision) : null;
};

const outcomeOf = (name: string, error: unknown): AppendOutcome => {
  if (isOfType(error, ErrorType.WRONG_EXPECTED_VERSION))
    return { outcome: 'conflict', actualRevision: actualOf(error) };
  if (isOfType(error, ErrorType.STREAM_DELETED))
    throw new DamagedLogError(null, `the stream ${name} was deleted on the server`);
  return isUnauthorised(error) ? UNAVAILABLE : { outcome: 'unknown', cause: asError(error) };
};

/**
 * One append at exactly the revision after `lastBefore` (-1: no stream yet). What is not answered in time is unknown: the
 * client never rejects an append whose reply was lost, and rejects appends that have nothing to do with a failure.
 * @throws DamagedLogError when the stream was deleted
 */
export const callAppend = async (
  shared: SharedClient,
  name: string,
  lastBefore: number,
  events: readonly EventData[],
): Promise<AppendOutcome> => {
  try {
    const call = shared.client.appendToStream(name, [...events], {
      expectedRevision: lastBefore < 0 ? NO_STREAM : BigInt(lastBefore),
      requiresLeader: true,
      deadline: APPEND_DEADLINE_MS,
    });
    const { nextExpectedRevision, position } = await withinTime(call, `an append to ${name}`, APPEND_TIMEOUT_MS);
    shared.answered();
    if (position === undefined) return { outcome: 'unknown', cause: new Error('the server named no position') };
    const lastRevision = Number(nextExpectedRevision) as Revision;
    return { outcome: 'appended', lastRevision, lastPosition: position.commit as Position };
  } catch (error) {
    const outcome = outcomeOf(name, error);
    if (outcome.outcome === 'unknown') shared.unanswered();
    else shared.answered();
    return outcome;
  }
};
