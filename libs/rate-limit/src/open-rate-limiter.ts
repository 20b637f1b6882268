import { OperatorError, createLogger, type Logger, type Metrics } from '@verbatim/platform';
import { isRedisUrl, openRedis } from '@verbatim/redis';
import { createMemoryRateLimiter } from './memory/memory-rate-limiter.js';
import type { RateLimiter } from './rate-limiter.js';
import { RedisRateLimiter } from './redis/redis-rate-limiter.js';

export type OpenedRateLimiter = RateLimiter & { readonly close: () => Promise<void> };
export type RateLimiterOptions = { readonly logger?: Logger; readonly metrics?: Metrics };

const VARIABLE = 'PRESENCE_URL';

/**
 * Opens the limiter: `memory:` counts for this process, `redis://` and `rediss://` for all that share the server.
 * @throws OperatorError naming PRESENCE_URL when it is neither, or there is no usable Redis
 */
export const openRateLimiter = async (url: string, options: RateLimiterOptions = {}): Promise<OpenedRateLimiter> => {
  const own = createMemoryRateLimiter();
  if (url === 'memory:') return { ...own, close: () => Promise.resolve() };
  if (!isRedisUrl(url)) throw new OperatorError(`${VARIABLE} has to be memory:, redis://… or rediss://…`);
  const { logger = createLogger({ name: 'rate-limit', level: 'warn' }), metrics } = options;
  const redis = await openRedis(url, {
    variable: VARIABLE,
    use: 'rate-limit',
    logger,
    ...(metrics ? { metrics } : {}),
  });
  const help = 'Uses counted by this process alone because Redis did not count them';
  const fallbacks = metrics?.counter({ name: 'rate_limit_fallbacks_total', help });
  return new RedisRateLimiter({ redis, own, ...(fallbacks ? { fallbacks } : {}) });
};
