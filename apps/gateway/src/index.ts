export { Gateway } from './gateway.js';
export type { GatewayDependencies } from './gateway-dependencies.js';
export { gatewayConfig, scaledFrames, type GatewayConfig } from './gateway.config.js';
export type { SessionAuthority, TokenRefusal, VerifiedToken } from './session/session-authority.js';
export { GATEWAY, GatewayModule, type GatewayModuleAsyncOptions, type GatewayModuleOptions } from './gateway.module.js';
