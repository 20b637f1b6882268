import type { HttpRow } from './rows.js';

const messages = '/v1/conversations/{direct}/messages';
/** As long as a cursor is, signed by nobody. */
const FORGED_CURSOR = 'A'.repeat(62);
const json = { 'Content-Type': 'application/json' };

const query = (text: string): HttpRow => ({
  name: `the query ${text}`,
  line: `GET ${messages}?${text}`,
  status: 400,
  code: 'invalid-request',
});
const nowhere = (line: string): HttpRow => ({ name: line, line, status: 404, code: 'not-found' });
const verb = (method: string): HttpRow => ({
  name: `the verb ${method}`,
  line: `${method} ${messages}`,
  status: 405,
  code: 'method-not-allowed',
});
const foreign = (origin: string): HttpRow => ({
  name: `a preflight from ${origin}`,
  line: `OPTIONS ${messages}`,
  token: false,
  headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' },
  status: 403,
  code: 'origin-not-allowed',
  answers: { 'access-control-allow-origin': null, 'access-control-allow-credentials': null },
});
const broken = (name: string, headers: HttpRow['headers'], body = ''): HttpRow => ({
  name,
  line: `POST ${messages}`,
  ...(headers === undefined ? {} : { headers: { ...json, ...headers } }),
  body,
  status: 400,
  code: 'malformed-json',
});

export const httpRequests: readonly HttpRow[] = [
  ...[
    'limit=12abc',
    'limit=',
    'limit',
    'limit=1.5',
    'limit=1e2',
    'limit=1e9',
    'limit=-1',
    'limit=0',
    'limit=201',
    'limit=%201',
    'limit=0x10',
    'limit=+5',
    'limit[]=1',
    'limit[$ne]=1',
    'limit[$gt]=',
    'limit=1&limit=2',
    'limit=%00',
    'limit=%zz',
    'limit=NaN',
    'limit=Infinity',
    'afterSeq=-2',
    'afterSeq=-0',
    'afterSeq=9007199254740993',
    'afterSeq=1&beforeSeq=9',
    '$where=sleep(1000)',
    '__proto__=1',
    '__proto__[admin]=1',
    'constructor=1',
    'unknown=1',
  ].map(query),
  query(`limit=${'9'.repeat(4_000)}`),
  ...['GET //v1/users', 'GET /%2e%2e/etc/passwd', 'GET /../../etc/passwd', 'GET /v1/../metrics', 'GET /v1/me/'].map(
    nowhere,
  ),
  ...['GET /v1/users/%', 'GET /.git/config', 'GET /v1/admin', `PROPFIND ${messages}`].map(nowhere),
  ...['PUT', 'DELETE', 'PATCH', 'TRACE', 'HEAD'].map(verb),
  {
    name: 'an empty id',
    line: 'GET /v1/conversations//messages',
    status: 400,
    code: 'invalid-request',
  },
  {
    name: 'an id of 5,000 characters',
    line: `GET /v1/conversations/${'a'.repeat(5_000)}/messages`,
    status: 400,
    code: 'invalid-request',
  },
  { name: 'a verb that nobody knows', line: `FROBNICATE ${messages}`, status: 400, code: 'malformed-json' },
  ...['https://evil.example', 'https://good.example.evil.com', 'null', 'http://good.example'].map(foreign),
  {
    name: 'a simple request from a foreign page',
    line: 'GET /v1/me',
    headers: { Origin: 'https://evil.example' },
    status: 403,
    code: 'origin-not-allowed',
    answers: { 'access-control-allow-origin': null },
  },
  broken('two lengths', { 'Content-Length': ['5', '6'] }, 'hello!'),
  broken('a length and chunks', { 'Content-Length': '6', 'Transfer-Encoding': 'chunked' }, '0\r\n\r\nGET /v1/me'),
  broken('a length that is no number', { 'Content-Length': '1e3' }),
  broken('a negative length', { 'Content-Length': '-1' }),
  broken('a transfer encoding that nobody knows', { 'Transfer-Encoding': 'chunked, identity' }),
  broken('a bare line feed in a header', { 'X-Split': 'a\nInjected: yes', 'Content-Length': '0' }),
  broken('NUL in a header', { 'X-Nul': 'a\0b', 'Content-Length': '0' }),
  {
    name: '20 KB of headers',
    line: 'GET /v1/me',
    headers: { Cookie: 'c'.repeat(20_000) },
    status: 431,
    code: 'headers-too-large',
  },
  {
    name: 'a body that is announced as larger than any may be',
    line: `POST ${messages}`,
    headers: { ...json, 'Content-Length': '99999999' },
    status: 413,
    code: 'payload-too-large',
  },
  {
    name: 'a token in the address',
    line: `GET ${messages}?access_token=secret-in-the-address`,
    status: 400,
    code: 'token-in-url',
  },
  {
    name: 'two ids of a command that contradict each other',
    line: `POST ${messages}`,
    headers: { ...json, 'Idempotency-Key': '01890000-0000-4000-8000-0000000000a1' },
    body: '{"clientMsgId":"01890000-0000-4000-8000-0000000000a2","body":"hostile content"}',
    status: 400,
    code: 'invalid-request',
  },
  {
    name: 'an id of a command that is no UUID',
    line: `POST ${messages}`,
    headers: { ...json, 'Idempotency-Key': '$ne' },
    body: '{"body":"hostile content"}',
    status: 400,
    code: 'invalid-request',
  },
  {
    name: 'a forged cursor in the header',
    line: 'GET /v1/inbox',
    headers: { 'Chat-Cursor': 'AAAA-forged-cursor' },
    status: 400,
    code: 'bad-cursor',
  },
  ...['sync', 'stream'].flatMap((path) =>
    [FORGED_CURSOR, '$all', '', '..%2f..%2fetc%2fpasswd', 'A'.repeat(4_000)].map((cursor): HttpRow => ({
      name: `${path} from the cursor "${cursor.slice(0, 24)}"`,
      line: `GET /v1/${path}?cursor=${cursor}`,
      status: 400,
      code: 'bad-cursor',
    })),
  ),
  ...['-1', '26', '1.5', 'abc'].map((wait): HttpRow => ({
    name: `a wait of ${wait}`,
    line: `GET /v1/sync?wait=${wait}`,
    status: 400,
    code: 'invalid-request',
  })),
  {
    name: 'a trace that would split the answer',
    line: 'GET /v1/nothing',
    headers: { Traceparent: '00-%0d%0aSet-Cookie:x-%0d%0a' },
    status: 404,
    code: 'not-found',
    answers: { 'set-cookie': null },
  },
];
