import { NestFactory } from '@nestjs/core';
import { type EventStore, openEventStore } from '@verbatim/event-store';
import {
  type HttpServer,
  closeHttpServer,
  createHttpServer,
  listenOn,
  mountServiceRoutes,
  refuseOtherMethods,
} from '@verbatim/http-edge';
import { type Identity, type IdentityConfig, configuredIdentityKeys, openIdentity } from '@verbatim/identity';
import { type Lifecycle, type Logger, type Metrics, PolledCheck, systemClock } from '@verbatim/platform';
import { type RateLimits, openRateLimiter } from '@verbatim/rate-limit';
import { openMessageIds } from '@verbatim/read-models';
import { openStateStore } from '@verbatim/state';
import type { CommandApiConfig } from '../command-api.config.js';
import { CommandApiModule } from '../command-api.module.js';
import { StreamedUserEvents } from '../user/streamed-user-events.js';
import { UserStreams } from '../user/user-streams.js';

export type CommandApiProcessOptions = {
  readonly config: CommandApiConfig;
  readonly identityConfig: IdentityConfig;
  readonly limits: RateLimits;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
};

const clock = systemClock;

/** Starts a command-api as a process of its own, which gateways alone call. Resolves with its address when it serves. */
export const startCommandApi = async (options: CommandApiProcessOptions): Promise<string> => {
  const { config, logger, metrics, lifecycle } = options;
  const onError = (error: unknown, traceId: string): void => logger.error('a request failed', { error, traceId });
  const engines = await openEngines(options);
  const server = createHttpServer({ origins: { allowedOrigins: [] }, trustedProxies: [], onError });
  lifecycle.onStop('http server', () => closeHttpServer(server));
  const channel = { server, secret: config.channelSecret, onError };
  const module = CommandApiModule.register({ ...engines, clock, logger, metrics, isLogShared: true, channel });
  const application = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  lifecycle.onStop('application', () => application.close());
  await mountService(server, engines, options, onError);
  refuseOtherMethods(server);
  return (await listenOn(server, { host: config.host, port: config.port, variables: 'COMMAND_API' })).url;
};

const openEngines = async (options: CommandApiProcessOptions) => {
  const { config, identityConfig, limits, logger, lifecycle } = options;
  const onFatal = (error: Error): void => lifecycle.fatal(error);
  const keys = await configuredIdentityKeys(identityConfig, { createMissing: false });
  const store = await openEventStore(config.eventStoreUrl, { onFatal });
  lifecycle.onStop('event store', () => store.close());
  const state = await openStateStore(config.stateUrl, { onFailure: onFatal });
  lifecycle.onStop('state', () => state.close());
  const { messageIds, close } = await openMessageIds(config.readModelUrl, { log: store.identity });
  lifecycle.onStop('read models', close);
  const limiter = await openRateLimiter(config.presenceUrl);
  lifecycle.onStop('rate limiter', () => limiter.close());
  const events = new StreamedUserEvents(new UserStreams(store));
  const identity = await openIdentity({
    ...{ state, events, limiter, limits, clock, keys, logger },
    config: identityConfig,
  });
  lifecycle.onStop('identity', () => identity.stop());
  identity.start();
  return { store, identity, messageIds };
};

/** Id of no account. */
const NOBODY = '00000000-0000-4000-8000-000000000000';

const mountService = async (
  server: HttpServer,
  { store, identity }: { readonly store: EventStore; readonly identity: Identity },
  { metrics, lifecycle }: CommandApiProcessOptions,
  onError: (error: unknown, traceId: string) => void,
): Promise<void> => {
  const log = new PolledCheck({ probe: () => store.headPosition() });
  const state = new PolledCheck({ probe: () => identity.accountOf(NOBODY) });
  for (const check of [log, state]) {
    lifecycle.onStop('readiness', () => check.stop());
    await check.start();
  }
  mountServiceRoutes(server, {
    metrics,
    checks: () => ({
      process: lifecycle.stopping() ? 'draining' : 'ok',
      log: log.result,
      state: state.result,
    }),
    onError,
  });
};
