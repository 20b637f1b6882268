import { ErrorType } from '@eventstore/db-client';

/** Codes of gRPC, for failures that come before the client's own words for them. */
const CANCELLED = 1;
const DEADLINE_EXCEEDED = 4;
const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;

const PASSING = new Set<unknown>([
  ErrorType.UNAVAILABLE,
  ErrorType.CANCELLED,
  ErrorType.NOT_LEADER,
  ErrorType.TIMEOUT,
  ErrorType.DEADLINE_EXCEEDED,
]);
const PASSING_CODES = new Set<unknown>([CANCELLED, DEADLINE_EXCEEDED, UNAVAILABLE]);

const field = (error: unknown, name: 'type' | 'code'): unknown =>
  typeof error === 'object' && error !== null && name in error ? (error as Record<string, unknown>)[name] : undefined;

/** An answer was not given in time; nobody knows what became of the call. */
export class TimedOutError extends Error {
  override readonly name = 'TimedOutError';

  constructor(what: string, timeoutMs: number) {
    super(`${what} was not answered within ${timeoutMs} ms`);
  }
}

export const isOfType = (error: unknown, type: ErrorType): boolean => field(error, 'type') === type;

export const isStreamNotFound = (error: unknown): boolean => isOfType(error, ErrorType.STREAM_NOT_FOUND);

export const isUnauthorised = (error: unknown): boolean =>
  isOfType(error, ErrorType.ACCESS_DENIED) || field(error, 'code') === UNAUTHENTICATED;

/** What the client says, in no type of its own, when no node of a cluster answers. */
const isUndiscovered = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('Failed to discover');

/** The server is away, busy, or no longer the leader: the same call may succeed a little later. */
export const isPassing = (error: unknown): boolean =>
  error instanceof TimedOutError ||
  isUndiscovered(error) ||
  PASSING.has(field(error, 'type')) ||
  PASSING_CODES.has(field(error, 'code'));

/** Whether a read that names a position may have failed because no record begins there. */
export const isPerhapsInvalidPosition = (error: unknown): boolean => !isPassing(error) && !isUnauthorised(error);

/** Whether a failure is of the server or of the way to it: whatever it calls it, the same call may succeed later. */
export const isOfServer = (error: unknown): boolean =>
  isPassing(error) || field(error, 'type') !== undefined || typeof field(error, 'code') === 'number';

export const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** @throws TimedOutError */
export const withinTime = async <Result>(
  promise: Promise<Result>,
  what: string,
  timeoutMs: number,
): Promise<Result> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimedOutError(what, timeoutMs)), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    promise.catch(() => {}); // whatever it comes to later was answered for
  }
};
