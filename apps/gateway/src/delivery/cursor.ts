import { createHash, timingSafeEqual } from 'node:crypto';
import type { LogIdentity, Position } from '@verbatim/event-store';
import type { ResetReason } from '@verbatim/protocol';
import { hmacSha256 } from './hmac-sha256.js';
import type { LogPlace } from './log-place.js';

/**
 * What a client's cursor says, once its signature has been checked. It names a place and grants nothing.
 * `eventIdPrefix`: the first 8 bytes of the event at the position, 16 hex digits; null before the first event.
 */
export type CursorPlace = { readonly position: Position | null; readonly eventIdPrefix: string | null };
export type DecodedCursor =
  | { readonly ok: true; readonly place: CursorPlace }
  | { readonly ok: false; readonly reason: Extract<ResetReason, 'bad-cursor' | 'other-epoch'> };

/** Layout: version 1 · number of logs 1 · (log key 8 · epoch 4 · position 8 · event id prefix 8) per log · MAC 16 bytes. */
const VERSION = 1;
const LOGS = 1;
const LOG_KEY_AT = 2;
const EPOCH_AT = 10;
const POSITION_AT = 14;
const EVENT_ID_AT = 22;
const MAC_AT = 30;
const MAC_BYTES = 16;
const CURSOR_BYTES = MAC_AT + MAC_BYTES;
const CURSOR_CHARACTERS = Math.ceil((CURSOR_BYTES * 4) / 3);
/** Stands for the place before the first event. */
const BEFORE_ALL = 0xffff_ffff_ffff_ffffn;
const NO_EVENT = '0'.repeat(16);

export const eventIdPrefixOf = (eventId: string): string => eventId.slice(0, 19).replaceAll('-', '').slice(0, 16);

/** Signs and reads cursors: HMAC-SHA256 cut to 128 bits, under a key that only the gateways hold. */
export class CursorCodec {
  readonly #head = Buffer.alloc(POSITION_AT);
  readonly #sign: (signed: Uint8Array) => Buffer;

  /** @param key at least 32 bytes */
  constructor(key: Uint8Array, log: LogIdentity) {
    if (key.length < 32) throw new RangeError('the cursor key has fewer than 32 bytes');
    this.#sign = hmacSha256(key);
    this.#sign = hmacSha256(key);
    this.#head.writeUInt8(VERSION, 0);
    this.#head.writeUInt8(LOGS, 1);
    createHash('sha256').update(log.logId).digest().copy(this.#head, LOG_KEY_AT, 0, 8);
    this.#head.writeUInt32BE(log.epoch, EPOCH_AT);
  }

  /** About 3 µs; called once per event, whatever the number of its recipients. */
  encode(place: LogPlace): string {
    const bytes = Buffer.allocUnsafe(CURSOR_BYTES);
    this.#head.copy(bytes);
    bytes.writeBigUInt64BE(place === null ? BEFORE_ALL : place.position, POSITION_AT);
    bytes.write(place === null ? NO_EVENT : eventIdPrefixOf(place.eventId), EVENT_ID_AT, 'hex');
    this.#mac(bytes.subarray(0, MAC_AT)).copy(bytes, MAC_AT);
    return bytes.toString('base64url');
  }

  /** Never throws, whatever the text. One bit of difference, also in how it is written, makes it a bad cursor. */
  decode(text: string): DecodedCursor {
    if (text.length !== CURSOR_CHARACTERS) return badCursor;
    const bytes = Buffer.from(text, 'base64url');
    if (bytes.length !== CURSOR_BYTES || bytes.toString('base64url') !== text) return badCursor;
    if (!timingSafeEqual(this.#mac(bytes.subarray(0, MAC_AT)), bytes.subarray(MAC_AT))) return badCursor;
    if (!bytes.subarray(0, POSITION_AT).equals(this.#head)) return { ok: false, reason: 'other-epoch' };
    const position = bytes.readBigUInt64BE(POSITION_AT);
    if (position === BEFORE_ALL) return { ok: true, place: { position: null, eventIdPrefix: null } };
    const eventIdPrefix = bytes.toString('hex', EVENT_ID_AT, MAC_AT);
    return { ok: true, place: { position: position as Position, eventIdPrefix } };
  }

  #mac(signed: Uint8Array): Buffer {
    return this.#sign(signed).subarray(0, MAC_BYTES);
  }
}

const badCursor = { ok: false, reason: 'bad-cursor' } as const;
