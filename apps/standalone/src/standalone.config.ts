import { join } from 'node:path';
import { isLoopbackHost } from '@verbatim/http-edge';
import { type Env, type EnvReader, LOG_LEVELS, type LogLevel, envReader } from '@verbatim/platform';

export type StandaloneConfig = {
  readonly dataDirectory: string;
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string | null;
  readonly trustedProxies: readonly string[];
  readonly eventStoreUrl: string;
  readonly readModelUrl: string;
  readonly stateUrl: string;
  /** Null: made in the data directory at the first start, on loopback only. */
  readonly cursorSecret: string | null;
  readonly logLevel: LogLevel;
  /** True when only this machine reaches the server. */
  readonly isLoopback: boolean;
};

const DEFAULT_PORT = 8_080;
const SECRET_MIN_LENGTH = 32;

export const readDataDirectory = (read: EnvReader): string =>
  read.string('DATA_DIR', { fallback: './data', doc: 'Folder of the embedded engines and of generated keys.' });

/** Settings of the whole platform in one process. @throws InvalidConfigError listing everything that is wrong */
export const standaloneConfig = (env: Env): StandaloneConfig => {
  const read = envReader(env);
  const dataDirectory = readDataDirectory(read);
  const inDirectory = (name: string) => ({
    fallback: `sqlite:${join(dataDirectory, name)}`,
    defaultText: `sqlite:<DATA_DIR>/${name}`,
  });
  const host = read.string('GATEWAY_HOST', { fallback: '127.0.0.1', doc: 'Address to listen on.' });
  const publicUrl = read.url('PUBLIC_URL', {
    protocols: ['https:', 'http:'],
    fallback: null,
    doc: 'Where clients reach the service; https when a proxy ends TLS.',
  });
  const trustedProxies = read.list('TRUSTED_PROXIES', {
    fallback: [],
    doc: 'Addresses or ranges of proxies whose X-Forwarded-For is believed.',
  });
  const config: StandaloneConfig = {
    dataDirectory,
    host,
    port: read.int('GATEWAY_PORT', {
      min: 0,
      max: 65_535,
      fallback: DEFAULT_PORT,
      unit: 'port',
      doc: 'Port to listen on; 0 takes a free one.',
    }),
    publicUrl,
    trustedProxies,
    eventStoreUrl: read.string('EVENT_STORE_URL', {
      ...inDirectory('events.db'),
      doc: 'The event log: sqlite:<file> or memory:.',
    }),
    readModelUrl: read.string('READ_MODEL_URL', {
      ...inDirectory('read-models.db'),
      doc: 'The read models: sqlite:<file>.',
    }),
    stateUrl: read.string('STATE_URL', {
      ...inDirectory('state.db'),
      doc: 'Accounts and checkpoints: sqlite:<file> or memory:.',
    }),
    cursorSecret: read.secret('CURSOR_SECRET', {
      fallback: null,
      minLength: SECRET_MIN_LENGTH,
      doc: 'Signs cursors; the same on every gateway. Made in DATA_DIR when unset, on loopback only.',
    }),
    logLevel: read.string('LOG_LEVEL', { oneOf: LOG_LEVELS, fallback: 'warn', doc: 'Lowest level that is logged.' }),
    isLoopback: isLoopbackHost(host),
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
