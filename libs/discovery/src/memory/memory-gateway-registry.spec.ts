import { gatewayRegistryContract } from '../gateway-registry.contract.js';
import { MemoryGatewayRegistry } from './memory-gateway-registry.js';

gatewayRegistryContract('memory', async () => {
  let nowMs = 0;
  return {
    another: () => Promise.resolve(new MemoryGatewayRegistry({ nowMs: () => nowMs })),
    advance: (byMs) => void (nowMs += byMs),
  };
});
