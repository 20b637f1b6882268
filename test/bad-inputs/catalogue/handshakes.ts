import type { HeaderFields } from '@verbatim/testing/scenario';
import type { HttpRow } from './rows.js';

/** On top of a good upgrade request. */
type UpgradeRow = Omit<HttpRow, 'line' | 'token'> & { readonly line?: string; readonly headers: HeaderFields };

const from = (origin: string): HeaderFields => ({ Origin: origin });

export const handshakes: readonly UpgradeRow[] = [
  { name: 'without an origin, with a bearer', headers: { Authorization: 'Bearer x' }, status: 101, code: null },
  { name: 'from an allowed origin', headers: from('https://good.example'), status: 101, code: null },
  ...[
    'https://evil.example',
    'https://good.example.evil.com',
    'https://evil.example/https://good.example',
    'http://good.example',
    'https://good.example:8443',
    'HTTPS://GOOD.EXAMPLE',
    'null',
    '',
  ].map((origin): UpgradeRow => ({
    name: `from the origin "${origin}"`,
    headers: from(origin),
    status: 403,
    code: 'origin-not-allowed',
  })),
  { name: 'with a short key', headers: { 'Sec-WebSocket-Key': 'short' }, status: 400, code: 'invalid-request' },
  { name: 'without a key', headers: { 'Sec-WebSocket-Key': null }, status: 400, code: 'invalid-request' },
  { name: 'with version 8', headers: { 'Sec-WebSocket-Version': '8' }, status: 426, code: 'upgrade-required' },
  { name: 'without a version', headers: { 'Sec-WebSocket-Version': null }, status: 426, code: 'upgrade-required' },
  {
    name: 'with the subprotocols of others only',
    headers: { 'Sec-WebSocket-Protocol': 'mqtt, graphql-ws' },
    status: 400,
    code: 'invalid-request',
  },
  { name: 'to another protocol', headers: { Upgrade: 'h2c' }, status: 400, code: 'invalid-request' },
  {
    name: 'by POST',
    line: 'POST /v1/ws',
    headers: { 'Content-Length': '0' },
    status: 405,
    code: 'method-not-allowed',
  },
  { name: 'on another path', line: 'GET /v1/socket', headers: {}, status: 404, code: 'not-found' },
  { name: 'on the path in capitals', line: 'GET /V1/WS', headers: {}, status: 404, code: 'not-found' },
  { name: 'on a path with dots', line: 'GET /v1/x/../ws', headers: {}, status: 404, code: 'not-found' },
  { name: 'on a path with two slashes', line: 'GET //v1/ws', headers: {}, status: 404, code: 'not-found' },
  {
    name: 'with a token in the address',
    line: 'GET /v1/ws?access_token=secret-in-the-address',
    headers: {},
    status: 400,
    code: 'token-in-url',
  },
  {
    name: 'with 20 KB of headers',
    headers: { Cookie: 'c'.repeat(20_000) },
    status: 431,
    code: 'headers-too-large',
  },
  {
    name: 'without a wish to upgrade',
    headers: { Connection: 'close', Upgrade: null },
    status: 426,
    code: 'upgrade-required',
  },
];
