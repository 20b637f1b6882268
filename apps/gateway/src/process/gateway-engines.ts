import { CommandChannel, instanceSourceOf } from '@verbatim/command-channel';
import { type GatewayRegistry, openGatewayRegistry } from '@verbatim/discovery';
import { type EventStore, openEventStore } from '@verbatim/event-store';
import { RemoteKeys, type TokenAuthority, openTokenAuthority } from '@verbatim/identity';
import { type Clock, type Logger, type Metrics, PolledCheck, uuidV7 } from '@verbatim/platform';
import { type PresenceRegistry, openPresence } from '@verbatim/presence';
import { type RateLimiter, openRateLimiter } from '@verbatim/rate-limit';
import { type ReadModelStore, openReadModels } from '@verbatim/read-models';
import { type StateStore, openStateStore } from '@verbatim/state';
import type { GatewayProcessConfig } from './gateway-process.config.js';

/** What a gateway of its own process shares with the others, and its way to the command-apis. */
export type GatewayEngines = {
  readonly gatewayId: string;
  readonly store: EventStore;
  readonly state: StateStore;
  readonly readModelStore: ReadModelStore;
  readonly presence: PresenceRegistry;
  readonly limiter: RateLimiter;
  readonly registry: GatewayRegistry;
  readonly channel: CommandChannel;
  readonly keys: RemoteKeys;
  readonly authority: TokenAuthority;
  /** Conditions of readiness; each is `ok` or says what is not. */
  readonly checks: () => Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
};

export type GatewayEngineOptions = {
  readonly config: GatewayProcessConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly onFatal: (error: Error) => void;
};

/** Opens everything, and closes what it opened when one of them refuses. */
export const openGatewayEngines = async (options: GatewayEngineOptions): Promise<GatewayEngines> => {
  const closing: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const end of closing.splice(0).reverse()) await end();
  };
  try {
    const shared = await openShared(options, closing);
    const calls = await openChannel(options, shared, closing);
    return { ...shared, ...calls, close };
  } catch (error) {
    await close();
    throw error;
  }
};

type Closing = (() => Promise<void> | void)[];

const openShared = async ({ config, clock, logger, metrics, onFatal }: GatewayEngineOptions, closing: Closing) => {
  const gatewayId = uuidV7();
  const opened = <Engine extends { close(): Promise<void> }>(engine: Engine): Engine => {
    closing.push(() => engine.close());
    return engine;
  };
  const store = opened(await openEventStore(config.eventStoreUrl, { onFatal }));
  const state = opened(await openStateStore(config.stateUrl, { onFailure: onFatal }));
  const readModelStore = opened(await openReadModels(config.readModelUrl, { log: store.identity }));
  const presence = opened(await openPresence(config.presenceUrl, { clock, gatewayId, logger, metrics }));
  const limiter = opened(await openRateLimiter(config.presenceUrl));
  const registry = opened(await openGatewayRegistry(config.presenceUrl));
  return { gatewayId, store, state, readModelStore, presence, limiter, registry };
};

/** Nobody is behind the calls that a gateway makes on its own account. */
const KEYS_CALL = {
  op: 'keys.list',
  actor: null,
  d: {},
  address: '127.0.0.1',
  ipClass: 'loopback',
  chatCursor: null,
} as const;

const openChannel = async (
  { config, clock, logger, metrics }: GatewayEngineOptions,
  { store, state }: { readonly store: EventStore; readonly state: StateStore },
  closing: Closing,
) => {
  const onError = (error: unknown): void =>
    logger.warn('the name of the command-apis could not be looked up', { error });
  const source = instanceSourceOf(config.instances, onError);
  const channel = new CommandChannel({ source, secret: config.channelSecret, logger, metrics });
  closing.push(() => channel.close());
  await channel.start();
  const keys = new RemoteKeys({
    fetch: async () => {
      const result = await channel.call({ ...KEYS_CALL, traceId: uuidV7().replaceAll('-', '') });
      return result.ok ? (JSON.parse(result.dText) as unknown) : null;
    },
  });
  closing.push(() => keys.stop());
  await keys.start();
  const authority = await openTokenAuthority({ state, clock, publicKeys: keys, config });
  const log = new PolledCheck({ probe: () => store.headPosition() });
  const sessions = new PolledCheck({ probe: authority.probe });
  for (const check of [log, sessions]) {
    closing.push(() => check.stop());
    await check.start();
  }
  const checks = (): Readonly<Record<string, string>> => ({
    'command-api': channel.isReachable ? 'ok' : 'none takes calls',
    keys: keys.isKnown ? 'ok' : 'not known yet',
    log: log.result,
    state: sessions.result,
  });
  return { channel, keys, authority, checks };
};
