import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { CommandDispatcher, ReceiptsOwner, mountCommandRoutes } from '@verbatim/command-api';
import { Gateway, type GatewayConfig } from '@verbatim/gateway';
import { type HttpServer, createHttpServer, limitByClass, refuseOtherMethods } from '@verbatim/http-edge';
import type { IdentityConfig } from '@verbatim/identity';
import { type Lifecycle, type Logger, type Metrics, OperatorError, systemClock } from '@verbatim/platform';
import { MemoryPresence } from '@verbatim/presence';
import { ProjectionRunner, openParkedEvents } from '@verbatim/projector';
import type { RateLimits } from '@verbatim/rate-limit';
import { type Engines, openEngines } from './engines.js';
import { authenticator, sessionAuthority } from './session-authority.js';
import type { StandaloneConfig } from './standalone.config.js';
import { StandaloneModule } from './standalone.module.js';

export type StandaloneOptions = {
  readonly config: StandaloneConfig;
  readonly gatewayConfig: GatewayConfig;
  readonly identityConfig: IdentityConfig;
  readonly limits: RateLimits;
  readonly cursorKey: Uint8Array;
  readonly version: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
};

/** Starts the whole platform in this process. Resolves with its address when it serves. */
export const startStandalone = async (options: StandaloneOptions): Promise<string> => {
  const { lifecycle, logger } = options;
  const engines = await openEngines({ ...options, onFatal: (error) => lifecycle.fatal(error) });
  lifecycle.onStop('engines', () => engines.close());
  engines.identity.start();
  const runner = await startProjector(engines, options);
  const context = await NestFactory.createApplicationContext(
    StandaloneModule.register({
      ...engines,
      messageIds: engines.readModelStore.readModels.messageIds,
      clock: systemClock,
      logger,
      metrics: options.metrics,
      isLogShared: false,
    }),
    { logger: false, abortOnError: false },
  );
  lifecycle.onStop('receipts', () => context.get(ReceiptsOwner).stop());
  return serve(engines, context.get(CommandDispatcher), runner, options);
};

const startProjector = async (engines: Engines, options: StandaloneOptions): Promise<ProjectionRunner> => {
  const { store: eventStore, readModelStore: store, state } = engines;
  const { logger, metrics, lifecycle } = options;
  const parkedEvents = await openParkedEvents(state);
  const runner = new ProjectionRunner({ eventStore, store, parkedEvents, logger, metrics, clock: systemClock });
  await runner.start();
  lifecycle.onStop('projector', () => runner.stop());
  return runner;
};

const serve = async (
  engines: Engines,
  dispatcher: CommandDispatcher,
  runner: ProjectionRunner,
  options: StandaloneOptions,
): Promise<string> => {
  const { config, gatewayConfig, cursorKey, limits, logger, metrics, lifecycle, version } = options;
  const { store, identity, limiter, readModelStore } = engines;
  const onError = (error: unknown, traceId: string): void => logger.error('a request failed', { error, traceId });
  const server = createHttpServer({ origins: gatewayConfig, trustedProxies: gatewayConfig.trustedProxies, onError });
  const limit = limitByClass(limiter, limits);
  const authenticate = authenticator(identity);
  mountCommandRoutes(server, { dispatcher, identity, authenticate, limit, onError });
  const gateway = await Gateway.open({
    config: gatewayConfig,
    store,
    readModels: readModelStore.readModels,
    authority: sessionAuthority(identity),
    presence: new MemoryPresence({ clock: systemClock }),
    commands: (call) => dispatcher.execute(call),
    cursorKey,
    limit,
    clock: systemClock,
    logger,
    metrics,
    document: { version, publicUrl: config.publicUrl ?? `http://${config.host}:${config.port}` },
    checks: () => projectionChecks(runner),
  });
  gateway.mount(server, authenticate);
  refuseOtherMethods(server);
  await server.ready();
  gateway.attach(server.server);
  lifecycle.onStop('http', () => server.close());
  lifecycle.onStop('gateway', () => gateway.close());
  return listen(server, config);
};

const projectionChecks = (runner: ProjectionRunner): Readonly<Record<string, string>> =>
  Object.fromEntries(
    runner
      .status()
      .map(({ projection, state, reason }) => [projection, state === 'stopped' ? `stopped: ${reason}` : 'ok']),
  );

const listen = async (server: HttpServer, { host, port }: StandaloneConfig): Promise<string> => {
  try {
    await server.listen({ host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new OperatorError(`port ${port} is in use: stop what uses it or set GATEWAY_PORT`);
    throw new OperatorError(`cannot listen on ${host}:${port} (${code}): set GATEWAY_HOST and GATEWAY_PORT`);
  }
  const address = server.server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${name}:${address.port}`;
};
