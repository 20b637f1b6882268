import fc from 'fast-check';
import { type OpResult, type ProtocolError, errorCodes, protocolError } from '@verbatim/protocol';
import { LineSplitter, answerLine, answerOf } from './answer-line.js';

const traceId = 'a'.repeat(32);
const success = fc
  .record({ status: fc.constantFrom(200, 201), d: fc.dictionary(fc.string(), fc.jsonValue()) })
  .map(({ status, d }): OpResult => ({ ok: true, status, dText: JSON.stringify(d) }));
const failure = fc
  .record({ code: fc.constantFrom(...Object.keys(errorCodes)), message: fc.string(), retryAfterMs: fc.nat() })
  .map(({ code, ...facts }): OpResult => {
    const error = protocolError(code as ProtocolError['code'], { traceId, ...facts });
    return { ok: false, error };
  });
const results = fc.array(fc.oneof(success, failure), { maxLength: 6 });

describe('answers on the wire', () => {
  it('are read as they were written, wherever the stream is cut into pieces', () =>
    fc.assert(
      fc.property(results, fc.array(fc.nat(), { maxLength: 8 }), (written, cuts) => {
        const text = written.map((result, number) => `\n${answerLine(number, result)}`).join('');
        const splitter = new LineSplitter();
        const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
        const lines = places.slice(1).flatMap((end, index) => splitter.take(text.slice(places[index], end)));
        expect(lines.map(answerOf)).toEqual(written.map((result, number) => ({ number, result })));
      }),
    ));

  it.each(['\u2028', '\u2029', '\r\n'])('may hold a text with a line end of its own: %j', (end) => {
    const told: OpResult = { ok: true, status: 200, dText: JSON.stringify({ displayName: `a${end}b` }) };
    expect(new LineSplitter().take(answerLine(0, told)).map(answerOf)).toEqual([{ number: 0, result: told }]);
  });

  it('may be empty', () => {
    const nothing: OpResult = { ok: true, status: 204, dText: '' };
    expect(answerOf(answerLine(7, nothing).trimEnd())).toEqual({ number: 7, result: nothing });
  });

  it.each([
    '{}',
    'hello',
    '{"n":1,"status":500,"d":{}}',
    '{"n":1,"status":200,"d":[]}',
    '{"n":1,"error":{"code":"x"}}',
    '{"n":1,"error":{]}',
  ])('are not read from %j', (line) => expect(answerOf(line)).toBeNull());
});
