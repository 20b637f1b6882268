import { NestFactory } from '@nestjs/core';
import { type GatewayConfig, ownOrigins } from '@verbatim/gateway';
import { createHttpServer, httpUrl, listenOn, refuseOtherMethods } from '@verbatim/http-edge';
import type { IdentityConfig } from '@verbatim/identity';
import type { KafkaConfig } from '@verbatim/messaging';
import { type Lifecycle, type Logger, type Metrics } from '@verbatim/platform';
import { openProjectorLease } from '@verbatim/projector';
import type { RateLimits } from '@verbatim/rate-limit';
import { openEngines } from './engines.js';
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
  let ownUrl = gatewayConfig.ownUrl ?? publicUrl;
  const onFatal = (error: unknown): void => lifecycle.fatal(error);
  // A State of its own has no other projector beside this one.
  const leadership = isEmbedded(config.stateUrl)
    ? {}
    : { leadership: { lease: await openProjectorLease(engines.state), onFatal } };
  const module = StandaloneModule.register({
    ...{ ...options, ...leadership, gatewayConfig, engines, server, publicUrl },
    ...{ isLogShared: !isEmbedded(config.eventStoreUrl), ownUrl: () => ownUrl },
  });
  const application = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  lifecycle.onStop('application', () => application.close());
  refuseOtherMethods(server);
  const { url, port } = await listenOn(server, { ...config, variables: 'GATEWAY' });
  if (gatewayConfig.ownUrl === null && config.publicUrl === null) ownUrl = url;
  allowedOrigins.push(...ownOrigins(config, port));
  return url;
};

const isEmbedded = (url: string): boolean => /^(sqlite|memory):/.test(url);
