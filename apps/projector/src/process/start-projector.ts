import { NestFactory } from '@nestjs/core';
import { openEventStore } from '@verbatim/event-store';
import {
  closeHttpServer,
  createHttpServer,
  listenOn,
  mountServiceRoutes,
  refuseOtherMethods,
} from '@verbatim/http-edge';
import { type KafkaConfig, openKafkaEventTopic } from '@verbatim/messaging';
import { type Lifecycle, type Logger, type Metrics, systemClock } from '@verbatim/platform';
import { openReadModels } from '@verbatim/read-models';
import { openStateStore } from '@verbatim/state';
import { type Leadership } from '../leadership/leadership.js';
import { openProjectorLease } from '../leadership/projector-lease.js';
import { PROJECTOR_LEADERSHIP, ProjectorModule } from '../projector.module.js';
import { kafkaRelay } from '../reactors/kafka-relay.reactor.js';
import { Reactors } from '../reactors/reactors.js';
import { ProjectionRunner } from '../runner/projection-runner.js';
import type { ProjectorProcessConfig } from './projector-process.config.js';

export type ProjectorProcessOptions = {
  readonly config: ProjectorProcessConfig;
  readonly kafka: KafkaConfig | null;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
};

const clock = systemClock;

/** Starts a projector as a process of its own, one of several that take turns. Resolves with its address when it serves. */
export const startProjector = async (options: ProjectorProcessOptions): Promise<string> => {
  const { config, logger, metrics, lifecycle } = options;
  const engines = await openEngines(options);
  const onError = (error: unknown, traceId: string): void => logger.error('a request failed', { error, traceId });
  const server = createHttpServer({ origins: { allowedOrigins: [] }, trustedProxies: [], onError });
  lifecycle.onStop('http server', () => closeHttpServer(server));
  const leadership = { lease: engines.lease, onFatal: (error: unknown) => lifecycle.fatal(error) };
  const module = ProjectorModule.register({ ...engines, clock, logger, metrics, leadership });
  const application = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  lifecycle.onStop('application', () => application.close());
  const leader = application.get<Leadership>(PROJECTOR_LEADERSHIP);
  const [runner, reactors] = [application.get(ProjectionRunner), application.get(Reactors)];
  const checks = (): Readonly<Record<string, string>> => ({
    leadership: leader.check,
    ...(leader.isLeader ? { ...runner.checks(), ...reactors.checks() } : {}),
  });
  mountServiceRoutes(server, { checks, metrics, onError });
  refuseOtherMethods(server);
  return (await listenOn(server, { host: config.host, port: config.port, variables: 'PROJECTOR' })).url;
};

const openEngines = async ({ config, kafka, logger, lifecycle }: ProjectorProcessOptions) => {
  const onFatal = (error: Error): void => lifecycle.fatal(error);
  const eventStore = await openEventStore(config.eventStoreUrl, { onFatal });
  lifecycle.onStop('event store', () => eventStore.close());
  const state = await openStateStore(config.stateUrl, { onFailure: onFatal });
  lifecycle.onStop('state', () => state.close());
  const readModelStore = await openReadModels(config.readModelUrl, { log: eventStore.identity });
  lifecycle.onStop('read models', () => readModelStore.close());
  const lease = await openProjectorLease(state);
  const reactors = [];
  if (kafka !== null) {
    const topic = await openKafkaEventTopic(kafka, { logger });
    lifecycle.onStop('kafka', () => topic.close());
    reactors.push(kafkaRelay(topic, eventStore.identity));
  }
  return { eventStore, state, readModelStore, lease, reactors };
};
