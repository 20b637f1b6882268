import { errorCodes } from './error-codes.js';
import type { ErrorCode } from './error-codes.js';
import type { ErrorCodeFacts } from './errors/error-code.js';

/** One thing that is wrong with a request: `path` is a JSON Pointer into `d` (or the HTTP fields), '' is all of it. */
export type ErrorDetail = { readonly path: string; readonly code: DetailCode };

/** What can be wrong with one field. Closed, as the error codes are. */
export const detailCodes = {
  required: 'The field is missing.',
  'unknown-field': 'There is no field of this name here.',
  type: 'The value has another JSON type, or the text is not the plain decimal number that it has to be.',
  pattern: 'The text has another form than the field.',
  'not-unicode': 'The text holds half a surrogate pair.',
  choice: 'The value is none of those allowed.',
  min: 'The number is below the smallest allowed.',
  max: 'The number is above the largest allowed.',
  'too-short': 'The text or list is shorter than allowed.',
  'too-long': 'The text or list is longer than allowed.',
  repeated: 'The field is given more than once.',
  conflict: 'The field contradicts another one.',
} as const;
export type DetailCode = keyof typeof detailCodes;

/** `error` of a reply on the socket. `traceId` finds the request in the logs of the service. */
export type ProtocolError = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly details?: readonly ErrorDetail[];
  readonly traceId: string;
};

/** The same error over HTTP, as `application/problem+json` (RFC 9457). */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail?: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly details?: readonly ErrorDetail[];
  readonly traceId: string;
};

export type ErrorFacts = {
  readonly traceId: string;
  /** For people; the code's meaning when absent. Never content or secrets. */
  readonly message?: string;
  /** Wait in ms; the code's own advice when absent. */
  readonly retryAfterMs?: number;
  readonly details?: readonly ErrorDetail[];
};

export const protocolError = (code: ErrorCode, facts: ErrorFacts): ProtocolError => {
  const known: ErrorCodeFacts = errorCodes[code];
  const retryAfterMs = facts.retryAfterMs ?? known.retryAfterMs;
  return {
    code,
    message: facts.message ?? known.meaning,
    retryable: known.retryable,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(facts.details === undefined ? {} : { details: facts.details }),
    traceId: facts.traceId,
  };
};

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';
const PROBLEM_TYPE_PREFIX = 'urn:verbatim:error:';

export const problemOf = (error: ProtocolError): Problem => {
  const { code, message, ...rest } = error;
  const { status, meaning } = errorCodes[code];
  return {
    type: PROBLEM_TYPE_PREFIX + code,
    title: meaning,
    status,
    code,
    ...(message === meaning ? {} : { detail: message }),
    ...rest,
  };
};

/** Value of `Retry-After`: whole seconds, rounded up, at least 1; null when the error names no wait. */
export const retryAfterHeaderOf = (error: ProtocolError): string | null =>
  error.retryAfterMs === undefined ? null : String(Math.max(1, Math.ceil(error.retryAfterMs / 1_000)));
