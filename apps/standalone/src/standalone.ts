import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { GatewayConfig } from '@verbatim/gateway';
import { type HttpServer, createHttpServer, refuseOtherMethods } from '@verbatim/http-edge';
import type { IdentityConfig } from '@verbatim/identity';
import type { KafkaConfig } from '@verbatim/messaging';
import { type Lifecycle, type Logger, type Metrics, OperatorError } from '@verbatim/platform';
import type { RateLimits } from '@verbatim/rate-limit';
import { openEngines } from './engines.js';
import { httpUrl } from './http-url.js';
import { ownOrigins } from './own-origins.js';
import type { StandaloneConfig } from './standalone.config.js';
import { StandaloneModule } from './standalone.module.js';

export type StandaloneOptions = {
  readonly config: StandaloneConfig;
  readonly gatewayConfig: GatewayConfig;
  readonly identityConfig: IdentityConfig;
  readonly kafka: KafkaConfig | null;
  readonly limits: RateLimits;
  readonly cursorKey: Uint8Array;
  readonly version: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
};

/** Starts the whole platform in this process. Resolves with its address when it serves. */
export const startStandalone = async (options: StandaloneOptions): Promise<string> => {
  const { config, lifecycle, logger } = options;
  const allowedOrigins = [...options.gatewayConfig.allowedOrigins];
  const gatewayConfig = { ...options.gatewayConfig, allowedOrigins };
  const engines = await openEngines({ ...options, onFatal: (error) => lifecycle.fatal(error) });
  lifecycle.onStop('engines', () => engines.close());
  engines.identity.start();
  const server = createHttpServer({
    origins: gatewayConfig,
    trustedProxies: gatewayConfig.trustedProxies,
    onError: (error, traceId) => logger.error('a request failed', { error, traceId }),
  });
  const publicUrl = config.publicUrl ?? httpUrl(config.host, config.port);
  const module = StandaloneModule.register({ ...options, gatewayConfig, engines, server, publicUrl });
  const application = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  lifecycle.onStop('application', () => application.close());
  refuseOtherMethods(server);
  const { url, port } = await listen(server, config);
  allowedOrigins.push(...ownOrigins(config, port));
  return url;
};

const listen = async (server: HttpServer, { host, port }: StandaloneConfig) => {
  try {
    await server.listen({ host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new OperatorError(`port ${port} is in use: stop what uses it or set GATEWAY_PORT`);
    throw new OperatorError(`cannot listen on ${host}:${port} (${code}): set GATEWAY_HOST and GATEWAY_PORT`);
  }
  const address = server.server.address() as AddressInfo;
  return { url: httpUrl(address.address, address.port), port: address.port };
};
