export * from './clock/index.js';
export * from './specification/index.js';
