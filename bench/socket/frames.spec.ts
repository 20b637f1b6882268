import { FrameReader } from './frame-reader.js';
import { NumberField } from './number-field.js';
import { textFrame } from './text-frame.js';

/** Frames as a server sends them: unmasked. */
const serverFrame = (payload: string, first = 0x81): Buffer => {
  const bytes = Buffer.from(payload);
  if (bytes.length < 126) return Buffer.concat([Buffer.from([first, bytes.length]), bytes]);
  const isLong = bytes.length > 0xffff;
  const head = Buffer.alloc(isLong ? 10 : 4);
  head[0] = first;
  head[1] = isLong ? 127 : 126;
  if (isLong) head.writeBigUInt64BE(BigInt(bytes.length), 2);
  else head.writeUInt16BE(bytes.length, 2);
  return Buffer.concat([head, bytes]);
};

const readPieces = (pieces: readonly Buffer[]): readonly string[] => {
  const seen: string[] = [];
  const reader = new FrameReader({
    onText: (bytes, start, end) => seen.push(bytes.toString('utf8', start, end)),
    onPing: (payload) => seen.push(`ping ${payload.toString()}`),
    onClose: (code, reason) => seen.push(`close ${code} ${reason}`),
  });
  for (const piece of pieces) reader.push(piece);
  return seen;
};

describe('reading frames', () => {
  const texts = ['short', 'm'.repeat(126), 'l'.repeat(65_536), '', 'ä€😀'];
  const stream = Buffer.concat(texts.map((text) => serverFrame(text)));

  it('finds every frame of one piece', () => {
    expect(readPieces([stream])).toEqual(texts);
  });

  const pieces = (bytes: Buffer, size: number): readonly Buffer[] =>
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    );

  it.each([1, 2, 3, 7])('finds short frames in pieces of %p bytes', (size) => {
    const short = texts.filter(({ length }) => length < 1_000);
    expect(readPieces(pieces(Buffer.concat(short.map((text) => serverFrame(text))), size))).toEqual(short);
  });

  it.each([1_000, 4_096, 65_537])('finds long frames in pieces of %p bytes', (size) => {
    expect(readPieces(pieces(stream, size))).toEqual(texts);
  });

  it('tells pings and closes apart', () => {
    expect(readPieces([serverFrame('are you there', 0x89)])).toEqual(['ping are you there']);
    expect(readPieces([Buffer.from([0x88, 0x00])])).toEqual(['close null ']);
    expect(readPieces([Buffer.concat([Buffer.from([0x88, 0x04, 0x0f, 0xa1]), Buffer.from('by')])])).toEqual([
      'close 4001 by',
    ]);
  });

  it('refuses a frame that the server never sends', () => {
    expect(() => readPieces([serverFrame('part', 0x01)])).toThrow('first byte 1');
    expect(() => readPieces([serverFrame('binary', 0x82)])).toThrow('first byte 130');
  });
});

describe('writing a frame', () => {
  it.each(['', 'hello', 'x'.repeat(125), 'x'.repeat(126), 'ä'.repeat(1_000)])('masks the text and keeps it', (text) => {
    const frame = textFrame(text);
    const size = (frame[1] as number) & 0x7f;
    const maskAt = size === 126 ? 4 : 2;
    const unmasked = Buffer.from(frame.subarray(maskAt + 4)).map(
      (byte, at) => byte ^ (frame[maskAt + (at & 3)] as number),
    );
    expect((frame[1] as number) & 0x80).toBe(0x80);
    expect(Buffer.from(unmasked).toString()).toBe(text);
  });

  it('refuses more than the bench ever sends', () => {
    expect(() => textFrame('x'.repeat(65_536))).toThrow(RangeError);
  });
});

describe('finding a number in JSON text', () => {
  const read = (field: NumberField, text: string): number => field.read(Buffer.from(text), 0, Buffer.byteLength(text));

  it('finds it wherever the key stands, also after it stood elsewhere', () => {
    const seq = new NumberField('"seq":');
    expect(read(seq, '{"seq":7}')).toBe(7);
    expect(read(seq, '{"conversationId":"c","seq":123456}')).toBe(123_456);
    expect(read(seq, '{"seq":8}')).toBe(8);
  });

  it('reads the digits that a text starts with', () => {
    expect(read(new NumberField('"body":"'), '{"body":"0000000042 the quick"}')).toBe(42);
  });

  it('finds nothing outside the range', () => {
    const bytes = Buffer.from('{"other":1}{"seq":5}');
    expect(new NumberField('"seq":').read(bytes, 0, 11)).toBe(-1);
    expect(new NumberField('"seq":').read(bytes, 11, bytes.length)).toBe(5);
  });
});
