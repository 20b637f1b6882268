export * from './presence.js';
export * from './presence-registry.js';
export * from './memory/memory-presence.js';
