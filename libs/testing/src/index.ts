export * from './specification/index.js';
