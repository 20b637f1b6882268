import type { ErrorCodeFacts } from './error-code.js';

/** A request that is wrong whoever sends it: its form, its size, its address. */
export const requestErrorCodes = {
  'malformed-frame': {
    status: 400,
    retryable: false,
    meaning: 'The frame is no JSON object or has no usable id. Ten in a minute close the connection.',
  },
  'malformed-json': { status: 400, retryable: false, meaning: 'The request body is not one JSON object.' },
  'invalid-request': {
    status: 400,
    retryable: false,
    meaning: 'A field is missing, unknown or out of its range; details name it.',
  },
  'unknown-op': { status: 404, retryable: false, meaning: 'There is no operation of this name on the socket.' },
  'bad-cursor': { status: 400, retryable: false, meaning: 'The cursor or page token was not issued by this service.' },
  'idempotency-mismatch': {
    status: 409,
    retryable: false,
    meaning: 'The id was used before by the same sender with other content.',
  },
  'not-found': { status: 404, retryable: false, meaning: 'There is nothing at this address.' },
  'method-not-allowed': { status: 405, retryable: false, meaning: 'The address exists, not for this method.' },
  'request-timeout': { status: 408, retryable: true, meaning: 'The request did not arrive completely in time.' },
  'payload-too-large': { status: 413, retryable: false, meaning: 'The request is larger than the service accepts.' },
  'unsupported-media-type': { status: 415, retryable: false, meaning: 'The body has to be application/json in UTF-8.' },
  'headers-too-large': { status: 431, retryable: false, meaning: 'The request headers are larger than accepted.' },
  'origin-not-allowed': { status: 403, retryable: false, meaning: 'Pages of this origin may not use the service.' },
  'upgrade-required': { status: 426, retryable: false, meaning: 'This address speaks WebSocket, version 13, only.' },
} as const satisfies Record<string, ErrorCodeFacts>;

/** The request may be right; the service cannot serve it now. */
export const serverErrorCodes = {
  'rate-limited': { status: 429, retryable: true, retryAfterMs: 1_000, meaning: 'Too many requests; wait as told.' },
  busy: {
    status: 503,
    retryable: true,
    retryAfterMs: 250,
    meaning: 'Others write here at this moment; send the same request again with the same id.',
  },
  behind: {
    status: 503,
    retryable: true,
    retryAfterMs: 100,
    meaning: 'The state that answers has not yet reached the cursor that the request carries.',
  },
  unavailable: {
    status: 503,
    retryable: true,
    retryAfterMs: 1_000,
    meaning: 'A part that is needed does not answer. Whether a command took effect is unknown: send it again.',
  },
  overloaded: { status: 503, retryable: true, retryAfterMs: 2_000, meaning: 'The service is shedding load.' },
  'log-full': {
    status: 503,
    retryable: true,
    retryAfterMs: 30_000,
    meaning: 'Nothing can be stored until the operator makes room; reading goes on.',
  },
  internal: { status: 500, retryable: false, meaning: 'The service failed; the trace id finds the record of it.' },
} as const satisfies Record<string, ErrorCodeFacts>;
