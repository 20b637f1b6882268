import { randomBytes } from 'node:crypto';
import { freePort } from '../engines/free-port.js';
import { makeDataFolder } from './data-folder.js';
import { type AppName, PlatformProcess } from './platform-process.js';
import { type PlatformKeys, makePlatformKeys } from './platform-keys.js';

/** Where the engines are that the processes share. */
export type PlatformEngines = {
  readonly eventStoreUrl: string;
  readonly readModelUrl: string;
  readonly stateUrl: string;
  readonly presenceUrl: string;
  /** `host:port`; events are relayed nowhere when absent. */
  readonly kafkaBrokers?: string;
};

type Addressed = { readonly url: string };

/** The addresses of engines that a suite has started, as the processes are told them. */
export const platformEngines = (started: {
  readonly eventStore: Addressed;
  readonly mongo: Addressed;
  readonly redis: Addressed;
  readonly kafka?: Addressed;
}): PlatformEngines => ({
  eventStoreUrl: started.eventStore.url,
  readModelUrl: `${started.mongo.url}/verbatim_reads`,
  stateUrl: `${started.mongo.url}/verbatim_state`,
  presenceUrl: started.redis.url,
  ...(started.kafka === undefined ? {} : { kafkaBrokers: started.kafka.url }),
});

export type PlatformOptions = {
  readonly engines: PlatformEngines;
  /** How many of each; one when absent. */
  readonly gateways?: number;
  readonly commandApis?: number;
  readonly projectors?: number;
  /** Further settings of every process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Further settings of one process, by its number from 0. */
  readonly envOf?: (app: AppName, index: number) => Readonly<Record<string, string>>;
  /** Made anew when absent. */
  readonly keys?: PlatformKeys;
  /** Where gateways reach the command-api that listens at this address; there when absent. */
  readonly commandApiAddress?: (url: string) => Promise<string>;
};

/** Gateways, command-apis and projectors as processes of their own. Each may be killed, stopped, paused and started again. */
export type Platform = {
  readonly gateways: readonly PlatformProcess[];
  readonly commandApis: readonly PlatformProcess[];
  readonly projectors: readonly PlatformProcess[];
  /** Everything that was ever started, and the folder of its keys. Nothing of it runs afterwards. */
  readonly close: () => Promise<void>;
};

/** Starts them all and resolves when every one serves. @throws ServerNotReadyError */
export const startPlatform = async (options: PlatformOptions): Promise<Platform> => {
  const { gateways = 1, commandApis = 1, projectors = 1 } = options;
  const folder = makeDataFolder('platform', 'memory');
  const ports = await Promise.all(Array.from({ length: gateways + commandApis + projectors }, freePort));
  const keys = options.keys ?? (await makePlatformKeys(folder.path));
  const env = { ...sharedEnvironment(options), ...keys };
  const take = (app: AppName, count: number, own: (port: number) => Readonly<Record<string, string>>) =>
    ports.splice(0, count).map((port, index) => {
      const settings = { ...env, ...own(port), ...options.envOf?.(app, index) };
      return new PlatformProcess(app, `http://127.0.0.1:${port}`, settings);
    });
  const platform = {
    commandApis: take('command-api', commandApis, (port) => ({ COMMAND_API_PORT: String(port) })),
    projectors: take('projector', projectors, (port) => ({ PROJECTOR_PORT: String(port) })),
    gateways: [] as readonly PlatformProcess[],
  };
  const { commandApiAddress = (url: string) => Promise.resolve(url) } = options;
  const addresses = await Promise.all(platform.commandApis.map(({ url }) => commandApiAddress(url)));
  const COMMAND_API_URLS = addresses.join(',');
  platform.gateways = take('gateway', gateways, (port) => ({ GATEWAY_PORT: String(port), COMMAND_API_URLS }));
  const all = [...platform.commandApis, ...platform.projectors, ...platform.gateways];
  const close = async (): Promise<void> => {
    await Promise.all(all.filter(({ isRunning }) => isRunning).map((each) => each.kill()));
    folder.remove();
  };
  try {
    // A gateway starts when its command-apis are there: the keys are fetched from them.
    await Promise.all([...platform.commandApis, ...platform.projectors].map((each) => each.start()));
    await Promise.all(platform.gateways.map((each) => each.start()));
  } catch (error) {
    await close();
    throw error;
  }
  return { ...platform, close };
};

const sharedEnvironment = ({ engines, env }: PlatformOptions): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  EVENT_STORE_URL: engines.eventStoreUrl,
  READ_MODEL_URL: engines.readModelUrl,
  STATE_URL: engines.stateUrl,
  PRESENCE_URL: engines.presenceUrl,
  ...(engines.kafkaBrokers === undefined ? {} : { KAFKA_BROKERS: engines.kafkaBrokers }),
  CHANNEL_SECRET: randomBytes(32).toString('hex'),
  RATE_LIMIT_SCALE: '100000',
  ...env,
});
