import { createHash } from 'node:crypto';
import type { Counter } from '@verbatim/platform';
import { RedisUnavailableError, type RedisConnection, type RedisReply } from '@verbatim/redis';
import type { MemoryRateLimiter } from '../memory/memory-rate-limiter.js';
import type { RateDecision, RateLimit, RateLimiter } from '../rate-limiter.js';
import { isOfOneProcess } from '../rate-limits.js';
import { TAKE } from './take-script.js';

/** A request waits no longer than this for its limit; then this process counts. */
export const TAKE_LIMIT_MS = 100;
/** After a failure this process counts alone for so long. */
export const CIRCUIT_OPEN_MS = 1_000;

export type RedisRateLimiterParts = {
  readonly redis: RedisConnection;
  /** Counts what is of one process, and everything while Redis does not. */
  readonly own: MemoryRateLimiter;
  /** Uses that should have been counted for the whole service and were counted here. */
  readonly fallbacks?: Counter;
  /** Replaces Redis's clock in specs. */
  readonly redisNowMs?: () => number;
  readonly nowMs?: () => number;
  /** TAKE_LIMIT_MS unless given. */
  readonly takeLimitMs?: number;
};

/** Limits of a service of several processes. While Redis is away each process counts for itself: nobody waits, nobody is let go free. */
export class RedisRateLimiter implements RateLimiter {
  #closedAtMs = -Infinity;

  constructor(private readonly parts: RedisRateLimiterParts) {}

  async take(key: string, limit: RateLimit, cost = 1): Promise<RateDecision> {
    const { redis, own, fallbacks } = this.parts;
    if (isOfOneProcess(key)) return own.takeNow(key, limit, cost);
    if (redis.isUp && this.#nowMs() >= this.#closedAtMs) {
      try {
        return decisionOf(await this.#shared(key, limit, cost), limit);
      } catch {
        this.#closedAtMs = this.#nowMs() + CIRCUIT_OPEN_MS;
      }
    }
    fallbacks?.add();
    return own.takeNow(key, limit, cost);
  }

  close(): Promise<void> {
    return this.parts.redis.close();
  }

  async #shared(key: string, { count, windowMs }: RateLimit, cost: number): Promise<readonly RedisReply[]> {
    const nowMs = this.parts.redisNowMs?.() ?? '';
    const args = [keyOf(key), count, windowMs, cost, nowMs].map(String);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const giveUp = (): void => reject(new RedisUnavailableError('Redis did not count in time'));
      // What arrived while this process itself was busy is read before the answer is called late.
      timer = setTimeout(() => setImmediate(giveUp), this.parts.takeLimitMs ?? TAKE_LIMIT_MS);
    });
    try {
      return (await Promise.race([this.parts.redis.run(TAKE, args), late])) as readonly RedisReply[];
    } finally {
      clearTimeout(timer);
    }
  }

  #nowMs(): number {
    return this.parts.nowMs?.() ?? performance.now();
  }
}

/** Names and addresses do not leave the process. */
const keyOf = (key: string): string => `verbatim:limit:${createHash('sha256').update(key).digest('base64url')}`;

const decisionOf = (reply: readonly RedisReply[], { count }: RateLimit): RateDecision => {
  const [allowed, retryAfterMs = 0, remaining = 0, resetMs = 0] = reply.map(Number);
  return { allowed: allowed === 1, retryAfterMs, remaining, limit: count, resetMs };
};
