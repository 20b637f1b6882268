import { NestFactory } from '@nestjs/core';
import { operations, operationNames } from '@verbatim/protocol';
import {
  type OperationHandler,
  closeHttpServer,
  createHttpServer,
  httpUrl,
  limitByClass,
  listenOn,
  refuseOtherMethods,
} from '@verbatim/http-edge';
import type { TokenAuthority } from '@verbatim/identity';
import { type Lifecycle, type Logger, type Metrics, systemClock } from '@verbatim/platform';
import type { RateLimits } from '@verbatim/rate-limit';
import type { GatewayConfig } from '../gateway.config.js';
import { GatewayModule, type GatewayModuleOptions } from '../gateway.module.js';
import { authenticator, sessionAuthority } from '../session/identity-authority.js';
import { ownOrigins } from '../transport/own-origins.js';
import { openGatewayEngines } from './gateway-engines.js';
import type { GatewayProcessConfig } from './gateway-process.config.js';

export type GatewayProcessOptions = {
  readonly config: GatewayProcessConfig;
  readonly gatewayConfig: GatewayConfig;
  readonly limits: RateLimits;
  readonly version: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
};

const clock = systemClock;
/** Everything of the public table that a command-api executes: a gateway has the routes, and hands the calls on. */
const forwarded = operationNames.filter((name) => operations[name].servedBy === 'command-api');

/** Who has signed out here is out here at once; elsewhere as soon as the log tells it. */
const endingSessions =
  (commands: OperationHandler, { sessionRevoked }: TokenAuthority): OperationHandler =>
  async (call) => {
    const result = await commands(call);
    if (call.op === 'account.logout' && call.actor !== null && result.ok) sessionRevoked(call.actor.sessionId);
    return result;
  };

/** Starts a gateway as a process of its own. Resolves with its address when it serves. */
export const startGateway = async (options: GatewayProcessOptions): Promise<string> => {
  const { config, lifecycle, logger, metrics, limits } = options;
  const allowedOrigins = [...options.gatewayConfig.allowedOrigins];
  const gatewayConfig = { ...options.gatewayConfig, allowedOrigins };
  const { host, port } = gatewayConfig;
  const onFatal = (error: Error): void => lifecycle.fatal(error);
  const engines = await openGatewayEngines({ config, clock, logger, metrics, onFatal });
  lifecycle.onStop('engines', () => engines.close());
  const onError = (error: unknown, traceId: string): void => logger.error('a request failed', { error, traceId });
  const server = createHttpServer({ origins: gatewayConfig, trustedProxies: gatewayConfig.trustedProxies, onError });
  lifecycle.onStop('http server', () => closeHttpServer(server));
  const publicUrl = config.publicUrl ?? httpUrl(host, port);
  let ownUrl = gatewayConfig.ownUrl ?? publicUrl;
  const { gatewayId, registry, authority } = engines;
  const moduleOptions: GatewayModuleOptions = {
    server,
    forwarded,
    authenticate: authenticator(authority),
    dependencies: {
      ...{ ...engines, clock, logger, metrics, config: gatewayConfig },
      limit: limitByClass(engines.limiter, limits),
      cursorKey: Buffer.from(config.cursorSecret),
      readModels: engines.readModelStore.readModels,
      authority: sessionAuthority(authority),
      commands: endingSessions(engines.channel.call, authority),
      discovery: { registry, gatewayId, url: () => ownUrl },
      document: { version: options.version, publicUrl },
    },
  };
  const module = GatewayModule.registerAsync({ useFactory: () => moduleOptions });
  const application = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  lifecycle.onStop('application', () => application.close());
  refuseOtherMethods(server);
  const listening = await listenOn(server, { host, port, variables: 'GATEWAY' });
  if (gatewayConfig.ownUrl === null && config.publicUrl === null) ownUrl = listening.url;
  allowedOrigins.push(...ownOrigins({ ...config, host }, listening.port));
  return listening.url;
};
