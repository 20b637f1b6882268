export * from './describe-with-engine.js';
export * from './engine.js';
export { EngineStartError } from './engine-process.js';
export * from './external-engine.js';
export { freePort } from './free-port.js';
export type { EngineName } from './installation.js';
export * from './proxy.js';
export { ENGINE_HOOK_MAX_MS, type RunningEngine, type StartOptions } from './running-engine.js';
