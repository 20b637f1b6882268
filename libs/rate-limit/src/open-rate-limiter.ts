import { OperatorError } from '@verbatim/platform';
import { createMemoryRateLimiter } from './memory/memory-rate-limiter.js';
import type { RateLimiter } from './rate-limiter.js';

/** A limiter that was opened by its URL. */
export type OpenedRateLimiter = RateLimiter & { readonly close: () => Promise<void> };

/**
 * Opens the limiter: `memory:` for one process.
 * @throws OperatorError naming PRESENCE_URL
 */
export const openRateLimiter = async (url: string): Promise<OpenedRateLimiter> => {
  if (url !== 'memory:') throw new OperatorError('PRESENCE_URL has to be memory:');
  return { ...createMemoryRateLimiter(), close: () => Promise.resolve() };
};
