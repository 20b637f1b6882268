import { PositionBeyondHeadError, UndecodableEventError } from '@verbatim/event-store';
import { OperatorError } from '@verbatim/platform';

/** What no further try mends. */
export const isFinal = (error: unknown): error is Error =>
  error instanceof OperatorError || error instanceof PositionBeyondHeadError;

/** For reading an event that this release may not understand. */
export const nullWhenUndecodable = (error: unknown): null => {
  if (error instanceof UndecodableEventError) return null;
  throw error;
};
