export * from './memory/memory-presence.js';
export * from './open-presence.js';
export * from './presence-options.js';
export * from './presence-registry.js';
export * from './signal-relay.js';
