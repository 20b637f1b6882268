import { join } from 'node:path';
import { isAddressRange, isLoopbackHost } from '@verbatim/http-edge';
import {
  type Env,
  type EnvReader,
  LOG_LEVELS,
  type LogLevel,
  type SharedEngine,
  envReader,
  sharedEngines,
} from '@verbatim/platform';

export type StandaloneConfig = {
  readonly dataDirectory: string;
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string | null;
  readonly trustedProxies: readonly string[];
  readonly eventStoreUrl: string;
  readonly readModelUrl: string;
  readonly stateUrl: string;
  readonly presenceUrl: string;
  /** Null: made in the data directory at the first start, on loopback only. */
  readonly cursorSecret: string | null;
  readonly logLevel: LogLevel;
  /** True when only this machine reaches the server. */
  readonly isLoopback: boolean;
};

const DEFAULT_PORT = 8_080;
const SECRET_MIN_LENGTH = 32;
const FILE = /^sqlite:./;
const FILE_OR_MEMORY = /^(sqlite:.|memory:$)/;
const MEMORY = /^memory:$/;

const readDataDirectory = (read: EnvReader): string =>
  read.string('DATA_DIR', { fallback: './data', doc: 'Folder of the embedded engines and of generated keys.' });

/** The data directory alone, for settings of others that lie in it. */
export const dataDirectoryOf = (env: Env): string => {
  const read = envReader(env);
  return read.finish(readDataDirectory(read));
};

type EngineChoice = { readonly embedded: RegExp; readonly forms: string; readonly shared: SharedEngine };

const engineUrl = (
  read: EnvReader,
  name: string,
  fallback: { readonly fallback: string; readonly defaultText?: string },
  { embedded, forms, shared }: EngineChoice,
): string => {
  const servers = shared.protocols.map((protocol) => `${protocol}//…`);
  const allForms = `${forms} or ${servers.join(' or ')}`;
  const url = read.string(name, { ...fallback, doc: `${shared.what}: ${allForms}.` });
  const isServer = shared.protocols.some((protocol) => url.startsWith(`${protocol}//`));
  // The text is not repeated: the URL of a server may hold a password.
  if (!embedded.test(url) && !isServer) read.problem(name, `has to be ${allForms}`);
  return url;
};

/** Where the engines are: files in the data directory, unless a server is named. */
const engineUrls = (read: EnvReader, dataDirectory: string) => {
  const inDirectory = (file: string) => ({
    fallback: `sqlite:${join(dataDirectory, file)}`,
    defaultText: `sqlite:<DATA_DIR>/${file}`,
  });
  const either = { embedded: FILE_OR_MEMORY, forms: 'sqlite:<file> or memory:' };
  const file = { embedded: FILE, forms: 'sqlite:<file>' };
  const memory = { embedded: MEMORY, forms: 'memory:' };
  const { eventStore, readModels, state, presence } = sharedEngines;
  return {
    eventStoreUrl: engineUrl(read, 'EVENT_STORE_URL', inDirectory('events.db'), { ...either, shared: eventStore }),
    readModelUrl: engineUrl(read, 'READ_MODEL_URL', inDirectory('read-models.db'), { ...file, shared: readModels }),
    stateUrl: engineUrl(read, 'STATE_URL', inDirectory('state.db'), { ...either, shared: state }),
    presenceUrl: engineUrl(read, 'PRESENCE_URL', { fallback: 'memory:' }, { ...memory, shared: presence }),
  };
};

const addresses = (read: EnvReader) => {
  const host = read.string('GATEWAY_HOST', { fallback: '127.0.0.1', doc: 'Address to listen on.' });
  const doc = 'Port to listen on; 0 takes a free one.';
  const port = read.int('GATEWAY_PORT', { min: 0, max: 65_535, fallback: DEFAULT_PORT, unit: 'port', doc });
  const publicUrl = read.url('PUBLIC_URL', {
    protocols: ['https:', 'http:'],
    fallback: null,
    doc: 'Where clients reach the service; https when a proxy ends TLS.',
  });
  const trustedProxies = read.list('TRUSTED_PROXIES', {
    fallback: [],
    doc: 'Addresses or ranges of proxies whose X-Forwarded-For is believed.',
  });
  if (!trustedProxies.every(isAddressRange))
    read.problem('TRUSTED_PROXIES', 'has to list addresses or ranges as 10.0.0.1 or 10.0.0.0/8, separated by commas');
  return { host, port, publicUrl, trustedProxies, isLoopback: isLoopbackHost(host) };
};

/** Settings of the whole platform in one process. @throws InvalidConfigError listing everything that is wrong */
export const standaloneConfig = (env: Env): StandaloneConfig => {
  const read = envReader(env);
  const dataDirectory = readDataDirectory(read);
  const config: StandaloneConfig = {
    dataDirectory,
    ...addresses(read),
    ...engineUrls(read, dataDirectory),
    cursorSecret: read.secret('CURSOR_SECRET', {
      fallback: null,
      minLength: SECRET_MIN_LENGTH,
      doc: 'Signs cursors; the same on every gateway. Made in DATA_DIR when unset, on loopback only.',
    }),
    logLevel: read.string('LOG_LEVEL', { oneOf: LOG_LEVELS, fallback: 'warn', doc: 'Lowest level that is logged.' }),
  };
  if (!config.isLoopback) requirePublicSafety(config, read.problem);
  return read.finish(config);
};

/** Whoever can be reached from outside brings his own secrets and has a proxy that ends TLS. */
const requirePublicSafety = (
  { publicUrl, trustedProxies, cursorSecret, host }: StandaloneConfig,
  problem: (name: string, text: string) => void,
): void => {
  const why = `because GATEWAY_HOST ${host} can be reached from other machines`;
  if (publicUrl?.startsWith('https://') !== true)
    problem('PUBLIC_URL', `has to be https://… ${why}: a proxy ends TLS there`);
  if (trustedProxies.length === 0) problem('TRUSTED_PROXIES', `has to name that proxy ${why}`);
  if (cursorSecret === null) problem('CURSOR_SECRET', `is required ${why}`);
};
