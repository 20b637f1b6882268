export * from './choose-gateway.js';
export * from './gateway-registry.js';
export * from './memory/memory-gateway-registry.js';
export * from './open-gateway-registry.js';
