import type { Ticks } from './wheel.js';

export type FrameBudgetLimits = { readonly framesPerSecond: number; readonly burstFrames: number };

/** Token bucket of one connection: whole frames, refilled from the coarse clock, no timer. */
export class FrameBudget {
  #left: number;
  #refilledAt: Ticks;

  constructor(
    private readonly limits: FrameBudgetLimits,
    now: Ticks,
  ) {
    this.#left = limits.burstFrames;
    this.#refilledAt = now;
  }

  /** Takes one frame from the budget; false when there is none left. */
  take(now: Ticks): boolean {
    if (now !== this.#refilledAt) {
      const refilled = this.#left + (now - this.#refilledAt) * this.limits.framesPerSecond;
      this.#left = Math.min(this.limits.burstFrames, refilled);
      this.#refilledAt = now;
    }
    if (this.#left <= 0) return false;
    this.#left -= 1;
    return true;
  }
}

/** Counts in windows of one minute of the coarse clock. */
export class MinuteCount {
  #count = 0;
  #since: Ticks = 0;

  /** Returns the count of the running minute, this one included. */
  add(now: Ticks): number {
    if (now - this.#since >= SECONDS_PER_MINUTE) {
      this.#count = 0;
      this.#since = now;
    }
    this.#count += 1;
    return this.#count;
  }
}
const SECONDS_PER_MINUTE = 60;
