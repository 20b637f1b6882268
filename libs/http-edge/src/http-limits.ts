import { HTTP_BODY_MAX_BYTES, HTTP_HEADERS_MAX_BYTES } from '@verbatim/protocol';

/** Bounds of the HTTP server. Slow senders are answered 408 by Node's own clock, off the path of everybody else. */
export const httpLimits = {
  bodyMaxBytes: HTTP_BODY_MAX_BYTES,
  headersMaxBytes: HTTP_HEADERS_MAX_BYTES,
  headersTimeoutMs: 10_000,
  /** Headers and body together. */
  requestTimeoutMs: 20_000,
  /** How often the two above are looked at. */
  timeoutCheckIntervalMs: 2_000,
  keepAliveTimeoutMs: 75_000,
  /** Longest value of a path field. */
  pathFieldMaxCharacters: 128,
  requestsPerSocketMax: 100_000,
  /** At the end requests under way have this long to be answered. */
  closeGraceMs: 2_000,
  closeIdleIntervalMs: 20,
} as const;
