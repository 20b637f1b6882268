export { Gateway } from './gateway.js';
export type { GatewayDependencies, GatewayDiscovery } from './gateway-dependencies.js';
export { gatewayConfig, scaledFrames, type GatewayConfig } from './gateway.config.js';
export { gatewayProcessConfig, type GatewayProcessConfig } from './process/gateway-process.config.js';
export { authenticator, sessionAuthority } from './session/identity-authority.js';
export { ownOrigins } from './transport/own-origins.js';
export type { SessionAuthority, TokenRefusal, VerifiedToken } from './session/session-authority.js';
export { GATEWAY, GatewayModule, type GatewayModuleAsyncOptions, type GatewayModuleOptions } from './gateway.module.js';
