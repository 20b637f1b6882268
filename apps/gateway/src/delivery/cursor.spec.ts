import fc from 'fast-check';
import type { EventId, Position } from '@verbatim/event-store';
import { CursorCodec, eventIdPrefixOf } from './cursor.js';
import { present } from '../testkit/present.fixtures.js';

const key = Buffer.alloc(32, 1);
const log = { logId: 'log-a', epoch: 1 };
const codec = new CursorCodec(key, log);
const place = fc.record({
  position: fc.bigInt({ min: 0n, max: 2n ** 63n }).map((position) => position as Position),
  eventId: fc.uuid().map((id) => id as EventId),
});

describe('a cursor', () => {
  it('says the place that it was made from', () =>
    fc.assert(
      fc.property(place, ({ position, eventId }) => {
        const decoded = codec.decode(codec.encode({ position, eventId }));
        expect(decoded).toEqual({ ok: true, place: { position, eventIdPrefix: eventIdPrefixOf(eventId) } });
      }),
    ));

  it('names the place before the first event too', () => {
    expect(codec.decode(codec.encode(null))).toEqual({ ok: true, place: { position: null, eventIdPrefix: null } });
  });

  it('is refused when any one bit of it is another', () => {
    const text = codec.encode({
      position: 1_024n as Position,
      eventId: '0190d5f2-7a4b-7c3d-8e9f-0a1b2c3d4e5f' as EventId,
    });
    const bytes = Buffer.from(text, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] = present(bytes[bit >> 3]) ^ (1 << (bit & 7));
      expect(codec.decode(flipped.toString('base64url'))).toEqual({ ok: false, reason: 'bad-cursor' });
    }
  });

  it('is refused when any one character of its text is another', () => {
    const text = codec.encode({
      position: 1_024n as Position,
      eventId: '0190d5f2-7a4b-7c3d-8e9f-0a1b2c3d4e5f' as EventId,
    });
    for (let index = 0; index < text.length; index += 1) {
      for (const character of ['A', 'z', '-', '_', '=', ' ', '+', 'é']) {
        if (text[index] === character) continue;
        const other = text.slice(0, index) + character + text.slice(index + 1);
        expect(codec.decode(other)).toEqual({ ok: false, reason: 'bad-cursor' });
      }
    }
  });

  it('is refused whatever else is sent in its place', () =>
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => expect(codec.decode(text).ok).toBe(false))));

  it('is one of another epoch after a restore, and of another log elsewhere', () => {
    const text = codec.encode(null);
    for (const other of [
      { ...log, epoch: 2 },
      { ...log, logId: 'log-b' },
    ])
      expect(new CursorCodec(key, other).decode(text)).toEqual({ ok: false, reason: 'other-epoch' });
  });

  it('is a bad one under another key', () => {
    expect(new CursorCodec(Buffer.alloc(32, 2), log).decode(codec.encode(null))).toEqual({
      ok: false,
      reason: 'bad-cursor',
    });
  });

  it('needs a key of 32 bytes', () => {
    expect(() => new CursorCodec(Buffer.alloc(31), log)).toThrow(RangeError);
  });
});
