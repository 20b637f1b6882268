import { textFrameOf } from './text-frame.js';
import { present } from '../testkit/present.fixtures.js';

/** RFC 6455 §5.2, read back: payload length and payload of an unmasked frame. */
const read = (frame: Buffer): { header: number[]; text: string } => {
  const short = present(frame[1]);
  const headerLength = short < 126 ? 2 : short === 126 ? 4 : 10;
  const length = short < 126 ? short : short === 126 ? frame.readUInt16BE(2) : Number(frame.readBigUInt64BE(2));
  expect(frame.length).toBe(headerLength + length);
  return { header: [present(frame[0]), headerLength], text: frame.toString('utf8', headerLength) };
};

describe('a text frame', () => {
  it.each([
    [0, 2],
    [125, 2],
    [126, 4],
    [65_535, 4],
    [65_536, 10],
  ])('of %d bytes has a header of %d', (length, headerLength) => {
    const text = 'x'.repeat(length);
    expect(read(textFrameOf(text))).toEqual({ header: [0x81, headerLength], text });
  });

  it('counts bytes, not characters', () => {
    expect(read(textFrameOf('é'.repeat(63)))).toEqual({ header: [0x81, 4], text: 'é'.repeat(63) });
  });
});
