import { InvalidConfigError } from '@verbatim/platform';
import { standaloneConfig } from './standalone.config.js';

const SECRET = 'vT3k9-Xw2Lq8-Rb7Nz4-Hd5Mj6-Pf1Ys0-Gc';
const PUBLIC = {
  GATEWAY_HOST: '0.0.0.0',
  PUBLIC_URL: 'https://chat.example',
  TRUSTED_PROXIES: '10.0.0.0/8, 2001:db8::1',
  CURSOR_SECRET: SECRET,
};

/** Names of the variables that a start complains about. */
const problemsOf = (env: Record<string, string>): string[] => {
  try {
    standaloneConfig(env);
    return [];
  } catch (error) {
    if (error instanceof InvalidConfigError) return [...new Set(error.problems.map(({ name }) => name))];
    throw error;
  }
};

describe('the settings of the standalone', () => {
  it('need nothing on this machine', () => {
    expect(standaloneConfig({})).toEqual({
      dataDirectory: './data',
      host: '127.0.0.1',
      port: 8_080,
      publicUrl: null,
      trustedProxies: [],
      isLoopback: true,
      eventStoreUrl: 'sqlite:data/events.db',
      readModelUrl: 'sqlite:data/read-models.db',
      stateUrl: 'sqlite:data/state.db',
      presenceUrl: 'memory:',
      cursorSecret: null,
      logLevel: 'warn',
    });
  });

  it('put every engine into the data directory unless another place is named', () => {
    const { eventStoreUrl, stateUrl, readModelUrl } = standaloneConfig({ DATA_DIR: '/srv/chat', STATE_URL: 'memory:' });
    expect([eventStoreUrl, stateUrl, readModelUrl]).toEqual([
      'sqlite:/srv/chat/events.db',
      'memory:',
      'sqlite:/srv/chat/read-models.db',
    ]);
  });

  it('take servers for engines', () => {
    const servers = {
      EVENT_STORE_URL: 'esdb://localhost:2113',
      READ_MODEL_URL: 'mongodb://localhost/reads',
      STATE_URL: 'mongodb+srv://example.org/state',
      PRESENCE_URL: 'rediss://localhost',
    };
    expect(problemsOf(servers)).toEqual([]);
  });

  it.each(['localhost', '127.0.0.1', '127.9.9.9', '::1'])('count %s as this machine', (host) => {
    expect(problemsOf({ GATEWAY_HOST: host })).toEqual([]);
  });

  it.each(['0.0.0.0', '::', '192.168.1.2', 'chat.example'])('ask for TLS, a proxy and a secret on %s', (host) => {
    expect(problemsOf({ GATEWAY_HOST: host })).toEqual(['PUBLIC_URL', 'TRUSTED_PROXIES', 'CURSOR_SECRET']);
    expect(problemsOf({ ...PUBLIC, GATEWAY_HOST: host })).toEqual([]);
  });

  it.each([
    ['TRUSTED_PROXIES', 'proxy.example'],
    ['TRUSTED_PROXIES', '10.0.0.0/8, *'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['PUBLIC_URL', 'http://chat.example'],
    ['PUBLIC_URL', 'chat.example'],
    ['CURSOR_SECRET', 'too short'],
    ['EVENT_STORE_URL', 'postgres://localhost'],
    ['EVENT_STORE_URL', 'sqlite:'],
    ['READ_MODEL_URL', 'redis://user:word@host/0'],
    ['READ_MODEL_URL', 'memory:'],
    ['READ_MODEL_URL', 'data/read-models.db'],
    ['STATE_URL', 'memory'],
    ['PRESENCE_URL', 'sqlite:presence.db'],
    ['GATEWAY_PORT', '65536'],
    ['LOG_LEVEL', 'loud'],
  ])('refuse %s=%s', (name, value) => {
    expect(problemsOf({ ...PUBLIC, [name]: value })).toEqual([name]);
  });

  it('are refused all at once, and never repeated', () => {
    const wrong = { EVENT_STORE_URL: 'postgres://user:word@host', GATEWAY_PORT: 'x', CURSOR_SECRET: 'changeme' };
    expect(problemsOf(wrong).sort()).toEqual(['CURSOR_SECRET', 'EVENT_STORE_URL', 'GATEWAY_PORT']);
    expect(() => standaloneConfig(wrong)).not.toThrow(/word|changeme/);
  });
});
