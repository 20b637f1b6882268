import fc from 'fast-check';
import { decodeClientFrame, encodeRequestText } from './index.js';
import type { RequestId } from './index.js';

const malformed = { ok: false, re: null, code: 'malformed-frame' };
const requestIds = fc.oneof(
  fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  fc.string({ minLength: 1, maxLength: 64, unit: 'binary' }).filter((id) => id.length <= 64),
);

describe('reading a client frame', () => {
  it('takes id, op and d as they come', () => {
    expect(decodeClientFrame('{"id":7,"op":"message.send","d":{"body":"x"}}')).toEqual({
      ok: true,
      request: { id: 7, op: 'message.send', d: { body: 'x' } },
    });
  });

  it('takes a missing d for an empty one', () => {
    expect(decodeClientFrame('{"id":"a","op":"ping"}')).toEqual({ ok: true, request: { id: 'a', op: 'ping', d: {} } });
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '{"id":1,'],
    ['bytes after the object', '{"id":1,"op":"ping"}x'],
    ['a byte order mark', '\ufeff{"id":1,"op":"ping"}'],
    ['null', 'null'],
    ['an array', '[{"id":1}]'],
    ['a number', '7'],
    ['a text', '"ping"'],
    ['no id', '{"op":"ping"}'],
    ['an id that only a prototype has', '{"__proto__":{"id":1},"op":"ping"}'],
    ['null for an id', '{"id":null,"op":"ping"}'],
    ['a fraction for an id', '{"id":1.5,"op":"ping"}'],
    ['a negative id', '{"id":-1,"op":"ping"}'],
    ['minus zero for an id', '{"id":-0,"op":"ping"}'],
    ['2^53 for an id', '{"id":9007199254740992,"op":"ping"}'],
    ['2^53 + 1, which reads as 2^53', '{"id":9007199254740993,"op":"ping"}'],
    ['an infinite id', '{"id":1e999,"op":"ping"}'],
    ['an object for an id', '{"id":{},"op":"ping"}'],
    ['an empty text for an id', '{"id":"","op":"ping"}'],
    ['65 characters for an id', JSON.stringify({ id: 'x'.repeat(65), op: 'ping' })],
    ['arrays 30,000 deep', '['.repeat(30_000) + ']'.repeat(30_000)],
  ])('calls %s malformed', (_, text) => {
    expect(decodeClientFrame(text)).toEqual(malformed);
  });

  it.each<[string, RequestId]>([
    ['0', 0],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    [`"${'x'.repeat(64)}"`, 'x'.repeat(64)],
  ])('accepts %s for an id', (text, id) => {
    expect(decodeClientFrame(`{"id":${text},"op":"ping"}`)).toMatchObject({ ok: true, request: { id } });
  });

  it.each([
    ['{"id":1}', '/op', 'required'],
    ['{"id":1,"op":5}', '/op', 'type'],
    ['{"id":1,"op":"ping","d":null}', '/d', 'type'],
    ['{"id":1,"op":"ping","d":[]}', '/d', 'type'],
    ['{"id":1,"op":"ping","senderId":"x"}', '/senderId', 'unknown-field'],
    ['{"id":1,"op":"ping","__proto__":{"admin":true}}', '/__proto__', 'unknown-field'],
    ['{"id":1,"op":"ping","a/~b":1}', '/a~1~0b', 'unknown-field'],
  ])('answers %s by its id', (text, path, code) => {
    expect(decodeClientFrame(text)).toEqual({ ok: false, re: 1, code: 'invalid-request', details: [{ path, code }] });
  });

  it('echoes no more than 64 characters of a name that the sender made up', () => {
    const frame = decodeClientFrame(JSON.stringify({ id: 1, op: 'ping', ['x'.repeat(10_000)]: 1 }));
    expect(frame).toMatchObject({ details: [{ path: `/${'x'.repeat(64)}` }] });
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        expect([true, false]).toContain(decodeClientFrame(text).ok);
      }),
    );
  });

  it('leaves every prototype as it was', () => {
    decodeClientFrame(
      '{"id":1,"op":"ping","d":{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}}',
    );
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('reads back every request that a client writes', () => {
    fc.assert(
      fc.property(requestIds, fc.string({ unit: 'binary' }), (id, body) => {
        const d = { conversationId: 'c', clientMsgId: 'm', body };
        const frame = decodeClientFrame(encodeRequestText(id, 'message.send', d));
        expect(frame).toEqual({ ok: true, request: { id, op: 'message.send', d } });
      }),
    );
  });
});
