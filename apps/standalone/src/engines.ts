import { StreamedUserEvents, UserStreams } from '@verbatim/command-api';
import { type EventStore, openEventStore } from '@verbatim/event-store';
import { type Identity, type IdentityConfig, loadIdentityKeys, openIdentity } from '@verbatim/identity';
import { type EventTopic, type KafkaConfig, openKafkaEventTopic } from '@verbatim/messaging';
import { type Logger, systemClock } from '@verbatim/platform';
import { type RateLimiter, type RateLimits, createMemoryRateLimiter } from '@verbatim/rate-limit';
import { type ReadModelStore, openSqliteReadModels } from '@verbatim/read-models';
import { type StateStore, openStateStore } from '@verbatim/state';
import type { StandaloneConfig } from './standalone.config.js';

/** The embedded engines and the accounts on them. */
export type Engines = {
  readonly store: EventStore;
  readonly state: StateStore;
  readonly readModelStore: ReadModelStore;
  readonly limiter: RateLimiter;
  readonly identity: Identity;
  /** Null: events are relayed nowhere. */
  readonly eventTopic: EventTopic | null;
  readonly close: () => Promise<void>;
};

export type EngineOptions = {
  readonly config: StandaloneConfig;
  readonly identityConfig: IdentityConfig;
  readonly kafka: KafkaConfig | null;
  readonly limits: RateLimits;
  readonly logger: Logger;
  /** The log is damaged or its disk failed: the process has to end. */
  readonly onFatal: (error: Error) => void;
};

/** Opens everything that holds data; closes what it opened when one of them refuses. */
export const openEngines = async (options: EngineOptions): Promise<Engines> => {
  const { config, kafka, logger, onFatal } = options;
  const opened: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    for (const engine of opened.splice(0).reverse()) await engine.close();
  };
  try {
    const store = await openEventStore(config.eventStoreUrl, { onFatal });
    opened.push(store);
    const state = await openStateStore(config.stateUrl, { onFailure: onFatal });
    opened.push(state);
    const file = config.readModelUrl.replace(/^sqlite:/, '');
    const readModelStore = await openSqliteReadModels({ file, log: store.identity });
    opened.push(readModelStore);
    const limiter = createMemoryRateLimiter();
    const identity = await identityOn(store, state, limiter, options);
    opened.push({ close: () => identity.stop() });
    const eventTopic = kafka === null ? null : await openKafkaEventTopic(kafka, { logger });
    if (eventTopic !== null) opened.push(eventTopic);
    return { store, state, readModelStore, limiter, identity, eventTopic, close };
  } catch (error) {
    await close();
    throw error;
  }
};

const identityOn = async (
  store: EventStore,
  state: StateStore,
  limiter: RateLimiter,
  { config, identityConfig, limits, logger }: EngineOptions,
): Promise<Identity> =>
  openIdentity({
    state,
    events: new StreamedUserEvents(new UserStreams(store)),
    limiter,
    limits,
    clock: systemClock,
    keys: await loadIdentityKeys(identityConfig.keyFile, { createMissing: config.isLoopback }),
    config: identityConfig,
    logger,
  });
