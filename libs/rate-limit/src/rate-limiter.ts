/** At most `count` in a window of `windowMs`; what was used comes back evenly over the window, not all at its end. */
export type RateLimit = { readonly count: number; readonly windowMs: number };

export type RateDecision = {
  readonly allowed: boolean;
  /** How long until the same request would be allowed; 0 when it is. */
  readonly retryAfterMs: number;
  /** How many of cost 1 would be allowed now. */
  readonly remaining: number;
  readonly limit: number;
  /** How long until all of the limit is there again. */
  readonly resetMs: number;
};

/** Counts uses under a key. A refused use costs nothing, so waiting as told always ends the wait. */
export interface RateLimiter {
  /**
   * Takes `cost` uses, all of them or none. A cost above the limit's count is never allowed.
   * @param key what is limited and whose it is: `login:address:192.0.2.1`
   */
  take(key: string, limit: RateLimit, cost?: number): Promise<RateDecision>;
}
