import { StreamedUserEvents, UserStreams } from '@verbatim/command-api';
import { type EventStore, openEventStore } from '@verbatim/event-store';
import { type GatewayRegistry, openGatewayRegistry } from '@verbatim/discovery';
import { type Identity, type IdentityConfig, configuredIdentityKeys, openIdentity } from '@verbatim/identity';
import { type EventTopic, type KafkaConfig, openKafkaEventTopic } from '@verbatim/messaging';
import { type Logger, systemClock, uuidV7 } from '@verbatim/platform';
import { type PresenceRegistry, openPresence } from '@verbatim/presence';
import { type RateLimiter, type RateLimits, openRateLimiter } from '@verbatim/rate-limit';
import { type ReadModelStore, openReadModels } from '@verbatim/read-models';
import { type StateStore, openStateStore } from '@verbatim/state';
import type { StandaloneConfig } from './standalone.config.js';

/** The engines that the settings name, embedded or not, and the accounts on them. */
export type Engines = {
  readonly store: EventStore;
  readonly state: StateStore;
  readonly readModelStore: ReadModelStore;
  readonly limiter: RateLimiter;
  readonly gatewayId: string;
  readonly presence: PresenceRegistry;
  readonly registry: GatewayRegistry;
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
    const readModelStore = await openReadModels(config.readModelUrl, { log: store.identity });
    opened.push(readModelStore);
    const ephemeral = await openEphemeral(config.presenceUrl, logger, opened);
    const { limiter } = ephemeral;
    const identity = await identityOn(store, state, limiter, options);
    opened.push({ close: () => identity.stop() });
    const eventTopic = kafka === null ? null : await openKafkaEventTopic(kafka, { logger });
    if (eventTopic !== null) opened.push(eventTopic);
    return { store, state, readModelStore, ...ephemeral, identity, eventTopic, close };
  } catch (error) {
    await close();
    throw error;
  }
};

/** What may be lost at any time: presence, rate limits, the list of gateways. */
const openEphemeral = async (url: string, logger: Logger, opened: { close(): Promise<void> }[]) => {
  const gatewayId = uuidV7();
  const presence = await openPresence(url, { gatewayId, clock: systemClock, logger });
  opened.push(presence);
  const limiter = await openRateLimiter(url);
  opened.push(limiter);
  const registry = await openGatewayRegistry(url);
  opened.push(registry);
  return { gatewayId, presence, limiter, registry };
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
    keys: await configuredIdentityKeys(identityConfig, { createMissing: config.isLoopback }),
    config: identityConfig,
    logger,
  });
