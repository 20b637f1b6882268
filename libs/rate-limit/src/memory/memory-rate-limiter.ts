import type { RateDecision, RateLimit, RateLimiter } from '../rate-limiter.js';
import { takeCells } from '../cell-rate.js';

/** Some 100 bytes each. */
const DEFAULT_KEYS_MAX = 100_000;
/** A full table is cleared of this part at once, so that the pass over it is paid for by many new keys. */
const CLEARED_PART = 0.1;

export type MemoryRateLimiterOptions = { readonly nowMs?: () => number; readonly keysMax?: number };

/** Also decides at once, for limits that belong to this process alone: those of a connection. */
export type MemoryRateLimiter = RateLimiter & {
  readonly takeNow: (key: string, limit: RateLimit, cost?: number) => RateDecision;
  readonly keys: () => number;
};

/**
 * Limits of one process. A full table forgets the keys that are nearest to having all of their limit again: whoever floods it with
 * keys loses his own first, and a key that is at its limit is the last to be forgotten.
 */
export const createMemoryRateLimiter = (options: MemoryRateLimiterOptions = {}): MemoryRateLimiter => {
  const { nowMs = () => performance.now(), keysMax = DEFAULT_KEYS_MAX } = options;
  const fullAtByKey = new Map<string, number>();
  const takeNow = (key: string, limit: RateLimit, cost = 1): RateDecision => {
    const now = nowMs();
    const known = fullAtByKey.get(key);
    const { decision, fullAtMs } = takeCells(known ?? 0, limit, cost, now);
    if (!decision.allowed) return decision;
    if (known === undefined && fullAtByKey.size >= keysMax) forgetNearestToFull(fullAtByKey, keysMax, now);
    fullAtByKey.set(key, fullAtMs);
    return decision;
  };
  return {
    takeNow,
    take: async (key, limit, cost) => takeNow(key, limit, cost),
    keys: () => fullAtByKey.size,
  };
};

const forgetNearestToFull = (fullAtByKey: Map<string, number>, keysMax: number, nowMs: number): void => {
  for (const [key, fullAtMs] of fullAtByKey) if (fullAtMs <= nowMs) fullAtByKey.delete(key);
  const goal = Math.floor(keysMax * (1 - CLEARED_PART));
  const excess = fullAtByKey.size - goal;
  if (excess <= 0) return;
  const instants = Float64Array.from(fullAtByKey.values()).sort();
  const lastForgotten = instants[excess - 1] as number;
  for (const [key, fullAtMs] of fullAtByKey) {
    if (fullAtMs <= lastForgotten && fullAtByKey.size > goal) fullAtByKey.delete(key);
  }
};
