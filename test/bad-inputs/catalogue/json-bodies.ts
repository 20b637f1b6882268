import { gzipSync } from 'node:zlib';
import type { HttpRow } from './rows.js';

const MIB = 1_048_576;
const DEEP = 30_000;
const deep = '['.repeat(DEEP) + ']'.repeat(DEEP);
const ID = '01890000-0000-4000-8000-0000000000f1';
const sent = { clientMsgId: ID, body: 'hostile content' };
const text = JSON.stringify(sent);
const line = 'POST /v1/conversations/{direct}/messages';

const malformed = (name: string, body: string | Buffer): HttpRow => ({
  name,
  line,
  body,
  status: 400,
  code: 'malformed-json',
});
const refused = (name: string, body: string): HttpRow => ({ name, line, body, status: 400, code: 'invalid-request' });
const ofType = (name: string, type: string | null, body: string | Buffer = text): HttpRow => ({
  name,
  line,
  headers: { 'Content-Type': type },
  body,
  status: 415,
  code: 'unsupported-media-type',
});
const tooLarge = (name: string, body: string): HttpRow => ({
  name,
  line,
  body,
  status: 413,
  code: 'payload-too-large',
});
const withField = (field: string): string => `${text.slice(0, -1)},${field}}`;

export const jsonBodies: readonly HttpRow[] = [
  malformed('broken off', text.slice(0, -1)),
  malformed('with more behind it', `${text} {}`),
  malformed('with a byte order mark', `\ufeff${text}`),
  malformed('in UTF-16', Buffer.from(text, 'utf16le')),
  malformed(
    'with a broken UTF-8 character',
    Buffer.concat([Buffer.from(text.slice(0, -2)), Buffer.from([0xff, 0x22, 0x7d])]),
  ),
  malformed('empty', ''),
  malformed('null', 'null'),
  malformed('an array', `[${text}]`),
  malformed('a number', '7'),
  malformed('a text', '"text"'),
  malformed('with single quotes', "{'body':'x'}"),
  malformed('with a comment', `/* x */${text}`),
  malformed('with NaN', withField('"knownSeq":NaN')),
  malformed('with the prototype', withField('"__proto__":{"admin":true}')),
  malformed('with the prototype in escapes', withField('"\\u005f_proto__":{"admin":true}')),
  malformed('with the prototype of the constructor', withField('"constructor":{"prototype":{"admin":true}}')),
  refused('nested without end', `{"clientMsgId":"${ID}","body":${deep}}`),
  refused('with 4,000 fields', `{${Array.from({ length: 4_000 }, (_, index) => `"k${index}":1`).join(',')}}`),
  refused('with 2^53 as a number', withField('"knownSeq":9007199254740992')),
  refused('with 2^53 + 1 as a number', withField('"knownSeq":9007199254740993')),
  refused('with -0 as a number', withField('"knownSeq":-0')),
  refused('with -2 as a number', withField('"knownSeq":-2')),
  refused('with 1.1 as a number', withField('"knownSeq":1.1')),
  refused('with 1e999 as a number', withField('"knownSeq":1e999')),
  refused('with "12abc" as a number', withField('"knownSeq":"12abc"')),
  refused('with "7" as a number', withField('"knownSeq":"7"')),
  refused('with "" as a number', withField('"knownSeq":""')),
  refused('with null as a number', withField('"knownSeq":null')),
  refused('with true as a number', withField('"knownSeq":true')),
  ...['isAdmin', 'senderId', 'seq', 'sentAt', 'messageId', 'conversationId', 'replyTo', 'attachments'].map((field) =>
    refused(`with the field ${field}`, withField(`"${field}":"{bob}"`)),
  ),
  tooLarge('of 10 MB', JSON.stringify({ ...sent, body: 'x'.repeat(10 * MIB) })),
  tooLarge('with 200,000 fields', `{${Array.from({ length: 200_000 }, (_, index) => `"k${index}":1`).join(',')}}`),
  tooLarge('nested 100,000 deep', `{"body":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
  ofType('without a content type', null),
  ofType('as text', 'text/plain'),
  ofType('as a form', 'application/x-www-form-urlencoded', 'clientMsgId=1&body=x'),
  ofType('as several parts', 'multipart/form-data; boundary=x', '--x--'),
  ofType('as JSON in UTF-16', 'application/json; charset=utf-16'),
  ofType('as something like JSON', 'application/jsonp'),
  {
    ...ofType('as a gzip bomb', 'application/json', gzipSync(Buffer.alloc(10 * MIB, ' '))),
    headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
  },
];
