import { OperatorError } from '@verbatim/platform';
import type { GatewayRegistry } from './gateway-registry.js';
import { MemoryGatewayRegistry } from './memory/memory-gateway-registry.js';

/**
 * Opens the registry of the gateways.
 * @param url `memory:` knows this process's own gateway
 * @throws OperatorError when it cannot be used
 */
export const openGatewayRegistry = async (url: string): Promise<GatewayRegistry> => {
  if (url !== 'memory:') throw new OperatorError('PRESENCE_URL has to be memory:');
  return new MemoryGatewayRegistry();
};
