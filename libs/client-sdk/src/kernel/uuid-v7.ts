import type { Runtime } from './runtime.js';

const UUID_BYTES = 16;
const TIME_BYTES = 6;

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');

/** A UUID version 7 (RFC 9562 §5.7): 48 bits of wall time, then random ones. Nothing trusts the time inside it. */
export const uuidV7 = (runtime: Runtime): string => {
  const bytes = runtime.randomBytes(UUID_BYTES);
  let rest = runtime.wallMs();
  for (let index = TIME_BYTES - 1; index >= 0; index -= 1) {
    bytes[index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const text = Array.from(bytes, hex).join('');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
};
