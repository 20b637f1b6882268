import { OperatorError } from '@verbatim/platform';
import { isRedisUrl } from '@verbatim/redis';
import { MemoryPresence } from './memory/memory-presence.js';
import type { PresenceOptions } from './presence-options.js';
import type { PresenceRegistry } from './presence-registry.js';
import { openRedisPresence } from './redis/open-redis-presence.js';

/**
 * Opens presence and the signals that go with it: `memory:` for one process, `redis://` or `rediss://` for several.
 * @throws OperatorError naming PRESENCE_URL when it is neither, or there is no usable Redis
 */
export const openPresence = async (url: string, options: PresenceOptions): Promise<PresenceRegistry> => {
  if (url === 'memory:') return new MemoryPresence(options);
  if (isRedisUrl(url)) return openRedisPresence(url, options);
  throw new OperatorError('PRESENCE_URL has to be memory:, redis://… or rediss://…');
};
