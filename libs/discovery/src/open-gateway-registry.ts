import { OperatorError, createLogger, type Logger, type Metrics } from '@verbatim/platform';
import { isRedisUrl, openRedis } from '@verbatim/redis';
import type { GatewayRegistry } from './gateway-registry.js';
import { MemoryGatewayRegistry } from './memory/memory-gateway-registry.js';
import { RedisGatewayRegistry } from './redis/redis-gateway-registry.js';

export type GatewayRegistryOptions = { readonly logger?: Logger; readonly metrics?: Metrics };

const VARIABLE = 'PRESENCE_URL';

/**
 * Opens the registry of the gateways: `memory:` knows this process's own gateway, `redis://` and `rediss://` all that share the server.
 * @throws OperatorError naming PRESENCE_URL when it is neither, or there is no usable Redis
 */
export const openGatewayRegistry = async (
  url: string,
  options: GatewayRegistryOptions = {},
): Promise<GatewayRegistry> => {
  if (url === 'memory:') return new MemoryGatewayRegistry();
  if (!isRedisUrl(url)) throw new OperatorError(`${VARIABLE} has to be memory:, redis://… or rediss://…`);
  const { logger = createLogger({ name: 'discovery', level: 'warn' }), metrics } = options;
  const redis = await openRedis(url, { variable: VARIABLE, use: 'discovery', logger, ...(metrics ? { metrics } : {}) });
  return new RedisGatewayRegistry({ redis });
};
