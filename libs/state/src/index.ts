export * from './errors.js';
export * from './open-state-store.js';
export * from './state-store.js';
