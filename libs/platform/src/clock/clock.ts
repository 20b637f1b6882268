/** Wall clock. Stamps records and bounds waits; never decides an order. */
export type Clock = {
  /** Milliseconds since the Unix epoch. */
  readonly nowMs: () => number;
  /** Instant as ISO-8601 UTC text with milliseconds. */
  readonly nowIso: () => string;
};

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  nowIso: () => new Date().toISOString(),
};
