export * from './client-address.js';
export * from './http-limits.js';
export * from './http-server.js';
export { refuseOtherMethods } from './method-not-allowed.js';
export * from './operation-call.js';
export * from './origin-policy.js';
export * from './problem-reply.js';
export * from './register-operations.js';
export * from './trace-id.js';
