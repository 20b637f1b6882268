import { hash } from 'node:crypto';

/** SHA-256 takes its input in blocks of so many bytes. */
const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/**
 * HMAC-SHA256 (RFC 2104) under one key, for signing once per event: two one-shot hashes. Node's own `createHmac` makes an
 * object per signature that the garbage collector has to finalise, at four times the cost on a busy server.
 */
export const hmacSha256 = (key: Uint8Array): ((message: Uint8Array) => Buffer) => {
  const block = key.length > BLOCK_BYTES ? hash('sha256', key, 'buffer') : key;
  const padded = (pad: number): Uint8Array =>
    Uint8Array.from({ length: BLOCK_BYTES }, (_, at) => (block[at] ?? 0) ^ pad);
  const innerPad = padded(INNER_PAD);
  const outer = Buffer.concat([padded(OUTER_PAD), Buffer.alloc(DIGEST_BYTES)]);
  return (message) => {
    outer.set(hash('sha256', Buffer.concat([innerPad, message]), 'buffer'), BLOCK_BYTES);
    return hash('sha256', outer, 'buffer');
  };
};
