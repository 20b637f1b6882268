import type { RateDecision, RateLimit } from './rate-limiter.js';

/**
 * Generic cell rate algorithm (ITU-T I.371, virtual scheduling): a key's whole state is one instant, the one at which all of its
 * limit is there again. Not after `nowMs`, it says the same as no state at all, so such a key may be forgotten.
 */
export type CellDecision = {
  readonly decision: RateDecision;
  /** The new state; the old one when refused. */ readonly fullAtMs: number;
};

export const takeCells = (
  fullAtMs: number,
  { count, windowMs }: RateLimit,
  cost: number,
  nowMs: number,
): CellDecision => {
  const cellMs = windowMs / count;
  const before = Math.max(fullAtMs, nowMs);
  const after = before + cost * cellMs;
  const waitMs = after - windowMs - nowMs;
  // Sums of fractions of a millisecond drift by far less than this.
  const allowed = waitMs <= ROUNDING_MS;
  const fullAt = allowed ? after : before;
  const remaining = Math.max(0, Math.floor((windowMs - (fullAt - nowMs) + ROUNDING_MS) / cellMs));
  const retryAfterMs = allowed ? 0 : Math.ceil(waitMs);
  return {
    fullAtMs: fullAt,
    decision: { allowed, retryAfterMs, remaining, limit: count, resetMs: Math.ceil(fullAt - nowMs) },
  };
};

const ROUNDING_MS = 0.001;
