import type { Runtime } from './runtime.js';

export type BackoffLimits = { readonly baseMs: number; readonly maxMs: number };

/**
 * Full jitter: `random(0, min(maxMs, baseMs · 2^failures))`. The whole range is random, so that the clients of a
 * server that fell over do not come back in waves.
 */
export const backoffMs = (runtime: Runtime, limits: BackoffLimits, failures: number): number =>
  runtime.random() * Math.min(limits.maxMs, limits.baseMs * 2 ** failures);
