import { BINARY_FRAME, PING_FRAME, TEXT_FRAME, clientFrame } from '@verbatim/testing/scenario';
import type { FrameRow, MessageRow } from './rows.js';

const CONTINUATION = 0x00;
const CONTINUATION_END = 0x80;
const TEXT_START = 0x01;
const PING_START = 0x09;
const CLOSE_FRAME = 0x88;
const RESERVED_1 = 0x40;
const UNKNOWN = 0x83;
const FRAME_MAX_BYTES = 65_536;
const blanks = (bytes: number): Buffer => Buffer.alloc(bytes, ' ');

/** RFC 6455 §5 and §7.4. */
export const frames: readonly FrameRow[] = [
  { name: 'that is not masked', bytes: clientFrame(TEXT_FRAME, '{}', { masked: false }), close: 1002 },
  { name: 'with a reserved bit', bytes: clientFrame(TEXT_FRAME | RESERVED_1, '{}'), close: 1002 },
  { name: 'with an unknown opcode', bytes: clientFrame(UNKNOWN, '{}'), close: 1002 },
  { name: 'that goes on without a start', bytes: clientFrame(CONTINUATION_END, '{}'), close: 1002 },
  {
    name: 'that starts before the one before has ended',
    bytes: Buffer.concat([clientFrame(TEXT_START, '{'), clientFrame(TEXT_FRAME, '{}')]),
    close: 1002,
  },
  { name: 'that is a piece of a ping', bytes: clientFrame(PING_START, 'x'), close: 1002 },
  { name: 'that is a ping of 126 bytes', bytes: clientFrame(PING_FRAME, blanks(126)), close: 1002 },
  { name: 'that is a close of one byte', bytes: clientFrame(CLOSE_FRAME, 'x'), close: 1002 },
  { name: 'that closes with the code 1005', bytes: clientFrame(CLOSE_FRAME, Buffer.from([3, 237])), close: 1002 },
  { name: 'that is not UTF-8', bytes: clientFrame(TEXT_FRAME, Buffer.from([0xc3, 0x28])), close: 1007 },
  {
    name: 'that ends within a character',
    bytes: clientFrame(TEXT_FRAME, Buffer.from([0x22, 0xf0, 0x9f, 0x98])),
    close: 1007,
  },
  { name: 'that states 1 GiB', bytes: clientFrame(TEXT_FRAME, '', { declared: 2n ** 30n }), close: 1009 },
  { name: 'that states 2^53 bytes', bytes: clientFrame(TEXT_FRAME, '', { declared: 2n ** 53n }), close: 1009 },
  { name: 'that states 2^63 bytes', bytes: clientFrame(TEXT_FRAME, '', { declared: 2n ** 63n }), close: 1009 },
  { name: 'of 65,537 bytes', bytes: clientFrame(TEXT_FRAME, blanks(FRAME_MAX_BYTES + 1)), close: 1009 },
  {
    name: 'of 65,537 bytes in two pieces',
    bytes: Buffer.concat([clientFrame(TEXT_START, blanks(FRAME_MAX_BYTES)), clientFrame(CONTINUATION_END, blanks(1))]),
    close: 1009,
  },
  {
    name: 'in a thousand empty pieces',
    bytes: Buffer.concat([
      clientFrame(TEXT_START, ''),
      ...Array.from({ length: 1_000 }, () => clientFrame(CONTINUATION, '')),
    ]),
    close: 1008,
  },
  {
    name: 'that is binary, ten times',
    bytes: Buffer.concat(Array.from({ length: 10 }, () => clientFrame(BINARY_FRAME, Buffer.from([0, 1, 2])))),
    close: 4501,
  },
  {
    name: 'that is no JSON, ten times',
    bytes: Buffer.concat(Array.from({ length: 10 }, () => clientFrame(TEXT_FRAME, 'not json'))),
    close: 4501,
  },
];

const DEEP = 30_000;
const deep = '['.repeat(DEEP) + ']'.repeat(DEEP);
const malformed = (name: string, message: string | Buffer): MessageRow => ({
  name,
  at: 'live',
  message,
  re: null,
  code: 'malformed-frame',
});
const refused = (name: string, message: string, code: MessageRow['code'] = 'invalid-request'): MessageRow => ({
  name,
  at: 'live',
  message,
  re: 7,
  code,
});
const ping = (rest: string): string => `{"id":7,"op":"ping"${rest}}`;

export const messages: readonly MessageRow[] = [
  malformed('empty', ''),
  malformed('broken off', '{"id":7,"op":"pi'),
  malformed('with more behind it', `${ping('')} {}`),
  malformed('with a byte order mark', `\ufeff${ping('')}`),
  malformed('null', 'null'),
  malformed('an array of requests', `[${ping('')}]`),
  malformed('a number', '7'),
  malformed('30,000 arrays in each other', deep),
  malformed('a request in binary', Buffer.from(ping(''))),
  malformed('without an id', '{"op":"ping"}'),
  malformed('with null as its id', '{"id":null,"op":"ping"}'),
  malformed('with an object as its id', '{"id":{"$ne":1},"op":"ping"}'),
  malformed('with -1 as its id', '{"id":-1,"op":"ping"}'),
  malformed('with -0 as its id', '{"id":-0,"op":"ping"}'),
  malformed('with 1.5 as its id', '{"id":1.5,"op":"ping"}'),
  malformed('with 2^53 as its id', '{"id":9007199254740992,"op":"ping"}'),
  malformed('with 1e999 as its id', '{"id":1e999,"op":"ping"}'),
  malformed('with an empty id', '{"id":"","op":"ping"}'),
  malformed('with an id of 65 characters', `{"id":"${'i'.repeat(65)}","op":"ping"}`),
  refused('without an op', '{"id":7}'),
  refused('with a number as its op', '{"id":7,"op":7}'),
  refused('with a field beside id, op and d', ping(',"senderId":"{bob}"')),
  refused('with an array as its d', ping(',"d":[]')),
  refused('with null as its d', ping(',"d":null')),
  refused('with a field that ping has not', ping(',"d":{"x":1}')),
  refused('of the prototype', ping(',"__proto__":{"admin":true}')),
  refused('of the prototype in its d', ping(',"d":{"__proto__":{"admin":true}}')),
  refused('nested without end in its d', ping(`,"d":{"x":${deep}}`)),
  refused('that authenticates a second time', '{"id":7,"op":"auth","d":{"token":"x"}}'),
  refused('to an op that is none', '{"id":7,"op":"message.forge","d":{}}', 'unknown-op'),
  refused('to an op of the prototype', '{"id":7,"op":"constructor","d":{}}', 'unknown-op'),
  refused('to an op of HTTP alone', '{"id":7,"op":"account.login","d":{}}', 'unknown-op'),
  ...['message.send', 'inbox.page', 'user.me', 'auth.refresh', 'message.forge'].map((op): MessageRow => ({
    name: `to ${op} before it was authenticated`,
    at: 'greeting',
    message: `{"id":7,"op":"${op}","d":{}}`,
    re: 7,
    code: 'not-authenticated',
  })),
];
