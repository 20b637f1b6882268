import { InvalidConfigError } from '@verbatim/platform';
import { gatewayConfig } from '../gateway.config.js';
import { gatewayProcessConfig } from './gateway-process.config.js';

const SECRET = 'vT3k9-Xw2Lq8-Rb7Nz4-Hd5Mj6-Pf1Ys0-Gc';
const GOOD = {
  CHANNEL_SECRET: SECRET,
  CURSOR_SECRET: SECRET,
  EVENT_STORE_URL: 'esdb://localhost:2113?tls=false',
  READ_MODEL_URL: 'mongodb://localhost/reads',
  STATE_URL: 'mongodb://localhost/state',
  PRESENCE_URL: 'redis://localhost',
};
const PUBLIC = {
  GATEWAY_HOST: '0.0.0.0',
  PUBLIC_URL: 'https://chat.example',
  TRUSTED_PROXIES: '10.0.0.0/8',
};

const configOf = (env: Record<string, string>) => gatewayProcessConfig(env, gatewayConfig(env));

/** Names of the variables that a start complains about. */
const problemsOf = (env: Record<string, string>): string[] => {
  try {
    configOf(env);
    return [];
  } catch (error) {
    if (error instanceof InvalidConfigError) return [...new Set(error.problems.map(({ name }) => name))];
    throw error;
  }
};

describe('the settings of a gateway of its own', () => {
  it('need engines that are shared, and two secrets', () => {
    expect(problemsOf({})).toEqual([
      'CHANNEL_SECRET',
      'CURSOR_SECRET',
      'EVENT_STORE_URL',
      'READ_MODEL_URL',
      'STATE_URL',
      'PRESENCE_URL',
    ]);
    expect(problemsOf(GOOD)).toEqual([]);
  });

  it.each([
    ['EVENT_STORE_URL', 'sqlite:./events.db'],
    ['EVENT_STORE_URL', 'memory:'],
    ['READ_MODEL_URL', 'sqlite:./reads.db'],
    ['STATE_URL', 'memory:'],
    ['STATE_URL', 'sqlite:./state.db'],
    ['PRESENCE_URL', 'memory:'],
    ['READ_MODEL_URL', 'redis://localhost'],
    ['CHANNEL_SECRET', 'short'],
    ['CHANNEL_SECRET', 'changeme'.repeat(8)],
    ['COMMAND_API_URLS', 'ftp://10.0.0.1'],
    ['COMMAND_API_URLS', 'http://10.0.0.1:8081/v1'],
    ['COMMAND_API_URLS', 'http://user:word@10.0.0.1:8081'],
    ['COMMAND_API_DNS', 'command-api:8081'],
    ['COMMAND_API_DNS_INTERVAL_MS', '1'],
  ])('refuse %s=%s, in words that repeat nothing of it', (name, value) => {
    const env = { ...GOOD, [name]: value };
    expect(problemsOf(env)).toEqual([name]);
    expect(() => configOf(env)).not.toThrow(/word|changeme/);
  });

  it('say that a file has one owner', () => {
    expect(() => configOf({ ...GOOD, STATE_URL: 'sqlite:./state.db' })).toThrow(
      /STATE_URL has to name a server \(mongodb:\/\/… or mongodb\+srv:\/\/…\): a file or a memory has one owner/,
    );
  });

  it('take a list of command-apis or one name, not both', () => {
    const urls = { COMMAND_API_URLS: 'http://10.0.0.1:8081, http://10.0.0.2:8081' };
    const name = { COMMAND_API_DNS: 'http://command-api:8081' };
    expect(configOf({ ...GOOD, ...urls }).instances).toMatchObject({ kind: 'listed' });
    expect(configOf({ ...GOOD, ...name }).instances).toMatchObject({ kind: 'named', intervalMs: 5_000 });
    expect(problemsOf({ ...GOOD, ...urls, ...name })).toEqual(['COMMAND_API_DNS']);
    expect(configOf(GOOD).instances).toEqual({ kind: 'listed', urls: ['http://127.0.0.1:8081'] });
  });

  it('ask for TLS and a proxy where other machines reach it', () => {
    expect(problemsOf({ ...GOOD, GATEWAY_HOST: '0.0.0.0' })).toEqual(['PUBLIC_URL', 'TRUSTED_PROXIES']);
    expect(problemsOf({ ...GOOD, ...PUBLIC })).toEqual([]);
  });
});
