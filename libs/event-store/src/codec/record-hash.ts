import { hash } from 'node:crypto';
import type { EncodedEvent } from './codec.js';

/** SHA-256 as 64 lower-case hex digits. */
export type RecordHash = string;

/** What a record's hash covers beside the hash before it. */
export type HashedRecord = EncodedEvent & {
  readonly streamName: string;
  readonly revision: number;
  /** The UUID's 32 hex digits, lower case, without dashes. */
  readonly eventIdHex: string;
};

/** Stands before the first record of every stream. */
export const GENESIS_HASH: RecordHash = '0'.repeat(64);

const NO_KEY = 0xffff_ffff;
/** Previous hash 32, revision 8, event id 16, four lengths of 4. */
const FIXED_BYTES = 72;
const UTF8_BYTES_PER_UNIT_MAX = 3;

let frame = Buffer.allocUnsafe(65_536);

const reserve = (bytes: number): void => {
  if (frame.length < bytes) frame = Buffer.allocUnsafe(bytes * 2);
};

const putText = (text: string, at: number): number => {
  const bytes = frame.write(text, at + 4);
  frame.writeUInt32BE(bytes, at);
  return at + 4 + bytes;
};

/**
 * The next hash of a stream's chain: SHA-256 over previous hash (32 bytes) ‖ stream name ‖ revision (8 bytes, big endian) ‖
 * event id (16 bytes) ‖ header ‖ key id ‖ payload. Every text goes in as the number of its UTF-8 bytes (4 bytes, big endian)
 * and those bytes; an absent key id is the number 2³²−1 alone. So no two records share a frame.
 */
export const recordHash = (previous: RecordHash, record: HashedRecord): RecordHash => {
  const { streamName, header, keyId, payload } = record;
  const units = streamName.length + header.length + payload.length + (keyId?.length ?? 0);
  reserve(FIXED_BYTES + units * UTF8_BYTES_PER_UNIT_MAX);
  let at = frame.write(previous, 0, 'hex');
  at = putText(streamName, at);
  at = frame.writeUInt32BE(Math.floor(record.revision / 0x1_0000_0000), at);
  at = frame.writeUInt32BE(record.revision >>> 0, at);
  at += frame.write(record.eventIdHex, at, 'hex');
  at = putText(header, at);
  at = keyId === null ? frame.writeUInt32BE(NO_KEY, at) : putText(keyId, at);
  at = putText(payload, at);
  return hash('sha256', frame.subarray(0, at), 'hex');
};
