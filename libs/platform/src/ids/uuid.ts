import { randomFillSync } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Lower-case text of an RFC 9562 UUID, any version. Everything that becomes part of a stream name passes here first. */
export const isUuid = (value: unknown): value is string => typeof value === 'string' && UUID.test(value);

/** One system call's worth of random bytes serves 512 ids. */
const POOL_BYTES = 4_096;
const BYTES_PER_ID = 8;
const COUNTER_MAX = 0xfff;
/** A millisecond starts its counter below this, which leaves at least 2,048 ids in order before it borrows the next one. */
const COUNTER_START_MASK = 0x7ff;

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * Makes a function that mints UUID v7 (RFC 9562 §5.7, counter in `rand_a`, §6.2 method 1): ids of one minter rise in text
 * order, also within a millisecond and when the clock steps back.
 */
export const createUuidV7 = (nowMs: () => number = Date.now): (() => string) => {
  const pool = Buffer.alloc(POOL_BYTES);
  let offset = POOL_BYTES;
  let lastMs = 0;
  let counter = 0;
  const nextTick = (start: number): void => {
    const now = nowMs();
    counter = now > lastMs ? start : counter + 1;
    lastMs = Math.max(now, lastMs);
    if (counter <= COUNTER_MAX) return;
    lastMs += 1;
    counter = start;
  };
  return () => {
    if (offset === POOL_BYTES) {
      randomFillSync(pool);
      offset = 0;
    }
    const at = offset;
    offset += BYTES_PER_ID;
    // The first two random bytes serve twice only as a counter start, which is no secret: 62 bits stay random.
    nextTick(pool.readUInt16BE(at) & COUNTER_START_MASK);
    const time = lastMs.toString(16).padStart(12, '0');
    const head = `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-`;
    const hex = (index: number): string => HEX[pool[at + index] as number] as string;
    const variant = HEX[((pool[at] as number) & 0x3f) | 0x80] as string;
    return `${head}${variant}${hex(1)}-${hex(2)}${hex(3)}${hex(4)}${hex(5)}${hex(6)}${hex(7)}`;
  };
};

/** Mints a UUID v7. */
export const uuidV7: () => string = createUuidV7();
