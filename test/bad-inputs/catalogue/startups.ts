/** A way to start the server that it refuses: with one line that names what to change. */
export type StartupRow = {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  /** A file of the data directory that was made by an earlier start and is readable by others since. */
  readonly exposed?: string;
  readonly says: readonly RegExp[];
};

const PUBLIC = { GATEWAY_HOST: '0.0.0.0', PUBLIC_URL: 'https://chat.example', TRUSTED_PROXIES: '10.0.0.0/8' };
const SECRET = 'vT3k9-Xw2Lq8-Rb7Nz4-Hd5Mj6-Pf1Ys0-Gc';

export const startupRows: readonly StartupRow[] = [
  {
    name: 'on all addresses without TLS, proxy or secret',
    env: { GATEWAY_HOST: '0.0.0.0' },
    says: [/PUBLIC_URL/, /TRUSTED_PROXIES/, /CURSOR_SECRET/],
  },
  {
    name: 'on all addresses with a public address that is not https',
    env: { ...PUBLIC, PUBLIC_URL: 'http://chat.example', CURSOR_SECRET: SECRET },
    says: [/PUBLIC_URL .*https/],
  },
  { name: 'on all IPv6 addresses without anything', env: { GATEWAY_HOST: '::' }, says: [/PUBLIC_URL/] },
  { name: 'on all addresses without a secret', env: PUBLIC, says: [/CURSOR_SECRET/] },
  { name: 'with a secret that is too short', env: { ...PUBLIC, CURSOR_SECRET: 'changeme' }, says: [/CURSOR_SECRET/] },
  {
    name: 'with a secret that everybody knows',
    env: { ...PUBLIC, CURSOR_SECRET: 'a secret of thirty-two characters and more' },
    says: [/CURSOR_SECRET/],
  },
  { name: 'on all addresses without keys', env: { ...PUBLIC, CURSOR_SECRET: SECRET }, says: [/identity-key\.json/] },
  {
    name: 'with a signing key that others may read',
    env: {},
    exposed: 'identity-key.json',
    says: [/identity-key\.json/],
  },
  { name: 'with a cursor key that others may read', env: {}, exposed: 'cursor-key', says: [/cursor-key/] },
  { name: 'with a port that is no number', env: { GATEWAY_PORT: '80a' }, says: [/GATEWAY_PORT/] },
  { name: 'with a port beyond all ports', env: { GATEWAY_PORT: '65536' }, says: [/GATEWAY_PORT/] },
  {
    name: 'with several settings that are wrong',
    env: { LOG_LEVEL: 'loud', GATEWAY_PORT: '-1', PUBLIC_URL: 'javascript:alert(1)' },
    says: [/LOG_LEVEL/, /GATEWAY_PORT/, /PUBLIC_URL/],
  },
  {
    name: 'with an engine that nobody knows',
    env: { EVENT_STORE_URL: 'oracle://x' },
    says: [/EVENT_STORE_URL|oracle/],
  },
];
