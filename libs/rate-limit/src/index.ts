export * from './address-key.js';
export * from './memory/memory-rate-limiter.js';
export * from './open-rate-limiter.js';
export * from './open-rate-limiter.js';
export * from './rate-limiter.js';
export * from './rate-limits.js';
