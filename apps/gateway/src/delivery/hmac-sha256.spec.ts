import { createHmac, randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { hmacSha256 } from './hmac-sha256.js';

describe('HMAC-SHA256', () => {
  it('is the one of RFC 4231, test case 2', () => {
    const mac = hmacSha256(Buffer.from('Jefe'))(Buffer.from('what do ya want for nothing?'));
    expect(mac.toString('hex')).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
  });

  it('is what Node makes of any key and message, again and again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.uint8Array({ maxLength: 300 })), (key, messages) => {
        const sign = hmacSha256(key);
        for (const message of messages) {
          expect(sign(message).equals(createHmac('sha256', key).update(message).digest())).toBe(true);
        }
      }),
    );
  });

  it('hands out a buffer that the next signature leaves alone', () => {
    const sign = hmacSha256(randomBytes(32));
    const first = sign(Buffer.from('first'));
    const kept = first.toString('hex');
    sign(Buffer.from('second'));
    expect(first.toString('hex')).toBe(kept);
  });
});
