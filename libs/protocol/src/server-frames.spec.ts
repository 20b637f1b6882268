import fc from 'fast-check';
import { decodeServerFrame, encodeErrorText, encodePushText, encodeReplyText, protocolError } from './index.js';

const data = fc.dictionary(
  fc.string().filter((key) => key !== '__proto__'),
  fc.oneof(fc.string(), fc.integer()),
);

describe('writing and reading server frames', () => {
  it('writes a reply around text that is encoded already', () => {
    expect(encodeReplyText(7, '{"seq":3}')).toBe('{"re":7,"ok":true,"d":{"seq":3}}');
  });

  it('writes an empty d when there is nothing to say', () => {
    expect(encodeReplyText('a"b')).toBe('{"re":"a\\"b","ok":true,"d":{}}');
  });

  it('writes a push with its cursor, and one that has none without', () => {
    expect(encodePushText('message.sent', 'c1', '{"seq":0}')).toBe('{"ev":"message.sent","cur":"c1","d":{"seq":0}}');
    expect(encodePushText('typing', null, '{}')).toBe('{"ev":"typing","d":{}}');
  });

  it('reads back every reply', () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(), fc.string({ minLength: 1 })), data, (re, d) => {
        expect(decodeServerFrame(encodeReplyText(re, JSON.stringify(d)))).toEqual({ kind: 'reply', re, d });
      }),
    );
  });

  it('reads back every push', () => {
    fc.assert(
      fc.property(fc.option(fc.string()), data, (cur, d) => {
        expect(decodeServerFrame(encodePushText('hidden', cur, JSON.stringify(d)))).toEqual({
          kind: 'push',
          ev: 'hidden',
          cur,
          d,
        });
      }),
    );
  });

  it.each([null, 4, 'a'])('reads back an error to %j', (re) => {
    const error = protocolError('busy', { traceId: 't' });
    expect(decodeServerFrame(encodeErrorText(re, error))).toEqual({ kind: 'error', re, error });
  });

  it('ignores fields that a newer server adds', () => {
    expect(decodeServerFrame('{"ev":"later","d":{"x":1},"new":true}')).toEqual({
      kind: 'push',
      ev: 'later',
      cur: null,
      d: { x: 1 },
    });
  });

  it.each([
    'x',
    '[]',
    '{}',
    '{"re":1}',
    '{"re":null,"ok":true,"d":{}}',
    '{"re":1,"ok":true,"d":[]}',
    '{"re":1,"ok":false,"error":{"code":"busy"}}',
    '{"ev":1,"d":{}}',
    '{"ev":"a"}',
    '{"ev":"a","cur":5,"d":{}}',
  ])('takes %s for no frame', (text) => {
    expect(decodeServerFrame(text)).toBeNull();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        expect(['object']).toContain(typeof decodeServerFrame(text));
      }),
    );
  });
});
