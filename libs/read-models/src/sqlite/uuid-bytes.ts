/** Value of a hexadecimal digit by its character code; 255 for any other character. */
const DIGITS = new Uint8Array(128).fill(255);
for (let digit = 0; digit < 16; digit += 1) DIGITS[digit.toString(16).charCodeAt(0)] = digit;

const UUID_CHARACTERS = 36;
const DASH = 45;
const DASH_PLACES = [8, 13, 18, 23];

/** A UUID in 16 bytes instead of 36 characters. Any other text is stored as it is: one spelling, one value. */
export const storedIdOf = (id: string): Buffer | string => {
  if (id.length !== UUID_CHARACTERS) return id;
  for (const place of DASH_PLACES) if (id.charCodeAt(place) !== DASH) return id;
  const bytes = Buffer.allocUnsafe(16);
  let at = 0;
  for (let index = 0; index < 16; index += 1) {
    if (id.charCodeAt(at) === DASH) at += 1;
    const high = DIGITS[id.charCodeAt(at)] ?? 255;
    const low = DIGITS[id.charCodeAt(at + 1)] ?? 255;
    if ((high | low) > 15) return id;
    bytes[index] = (high << 4) | low;
    at += 2;
  }
  return bytes;
};

export const idOfStored = (stored: Buffer | string): string => {
  if (typeof stored === 'string') return stored;
  const hex = stored.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};
