import { OperatorError, type Clock, type Logger, type Metrics } from '@verbatim/platform';
import { isRedisUrl } from '@verbatim/redis';
import { MemoryPresence } from './memory/memory-presence.js';
import type { PresenceRegistry } from './presence-registry.js';
import { openRedisPresence } from './redis/open-redis-presence.js';

export type PresenceOptions = {
  /** Of this process, unique among those that share the registry. */
  readonly gatewayId: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics?: Metrics;
};

/**
 * Opens presence and the signals that go with it: `memory:` for one process, `redis://` or `rediss://` for several.
 * @throws OperatorError naming PRESENCE_URL when it is neither, or there is no usable Redis
 */
export const openPresence = async (url: string, options: PresenceOptions): Promise<PresenceRegistry> => {
  if (url === 'memory:') return new MemoryPresence(options);
  if (isRedisUrl(url)) return openRedisPresence(url, options);
  throw new OperatorError('PRESENCE_URL has to be memory:, redis://… or rediss://…');
};
