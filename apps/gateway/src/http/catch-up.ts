import type { Position } from '@verbatim/event-store';
import type { ProjectionName, ReadModels } from '@verbatim/read-models';
import { OperationError } from '../command/operation-error.js';

/** A read waits so long for the projections it uses; then the client is told to come again. */
export const CATCH_UP_MAX_MS = 1_000;

/**
 * Lets a read go on once everything it is answered from has passed what the caller has seen. Comes before any look at
 * ids: until then the answer is `behind` whatever they name.
 */
export const caughtUp = async (
  readModels: Pick<ReadModels, 'waitUntil'>,
  projections: readonly ProjectionName[],
  seen: Position | null,
): Promise<void> => {
  if (seen === null) return;
  if (!(await readModels.waitUntil(projections, seen, CATCH_UP_MAX_MS))) throw new OperationError('behind');
};
