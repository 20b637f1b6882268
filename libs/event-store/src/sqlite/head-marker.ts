import { hash } from 'node:crypto';
import { closeSync, existsSync, fdatasync, fdatasyncSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { hexOfUuid } from '../uuid-hex.js';
import { GENESIS_HASH, type RecordHash } from '../codec/record-hash.js';

/** The last durable row of a log and its hash; row 0 and the genesis hash for an empty log. */
export type LogHead = { readonly row: number; readonly hash: RecordHash };
export const EMPTY_HEAD: LogHead = { row: 0, hash: GENESIS_HASH };

/** A slot has a page of its own, so that one torn write harms one slot only. */
const SLOT_BYTES = 4_096;
const MAGIC = 'VBHEAD01';
const RECORD_BYTES = 8 + 8 + 8 + 16 + 32;
const CHECKSUM_BYTES = 32;

const checksum = (record: Buffer): Buffer => hash('sha256', record, 'buffer');

const encodeSlot = (logIdHex: string, head: LogHead, counter: number): Buffer => {
  const slot = Buffer.alloc(RECORD_BYTES + CHECKSUM_BYTES);
  slot.write(MAGIC, 0, 'latin1');
  slot.writeBigUInt64BE(BigInt(counter), 8);
  slot.writeBigUInt64BE(BigInt(head.row), 16);
  slot.write(logIdHex, 24, 'hex');
  slot.write(head.hash, 40, 'hex');
  checksum(slot.subarray(0, RECORD_BYTES)).copy(slot, RECORD_BYTES);
  return slot;
};

type Slot = { readonly logIdHex: string; readonly head: LogHead; readonly counter: number };

const decodeSlot = (file: Buffer, index: number): Slot | null => {
  const slot = file.subarray(index * SLOT_BYTES, index * SLOT_BYTES + RECORD_BYTES + CHECKSUM_BYTES);
  const record = slot.subarray(0, RECORD_BYTES);
  if (slot.length < RECORD_BYTES + CHECKSUM_BYTES || record.toString('latin1', 0, 8) !== MAGIC) return null;
  if (!checksum(record).equals(slot.subarray(RECORD_BYTES))) return null;
  const head = { row: Number(record.readBigUInt64BE(16)), hash: record.toString('hex', 40, 72) };
  return { logIdHex: record.toString('hex', 24, 40), head, counter: Number(record.readBigUInt64BE(8)) };
};

export type MarkerFile =
  { readonly kind: 'absent' } | { readonly kind: 'unreadable' } | ({ readonly kind: 'read' } & Slot);

export const markerPath = (logFile: string): string => `${logFile}.head`;

/** Reads the newer of the two slots that are whole. */
export const readMarker = (logFile: string): MarkerFile => {
  if (!existsSync(markerPath(logFile))) return { kind: 'absent' };
  const file = readFileSync(markerPath(logFile));
  const slots = [decodeSlot(file, 0), decodeSlot(file, 1)].filter((slot) => slot !== null);
  const newest = slots.sort((a, b) => b.counter - a.counter)[0];
  return newest === undefined ? { kind: 'unreadable' } : { kind: 'read', ...newest };
};

const syncFolderOf = (file: string): void => {
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
};

/**
 * Says in a file of its own how far the log goes, so that a log that lost its tail is noticed. Two slots are overwritten in
 * turn and in place after every commit, without waiting; the caller syncs once a second. kill -9 leaves it exact, a power
 * cut at most that second behind; it is never ahead.
 */
export class HeadMarker {
  readonly #fd: number;
  readonly #logIdHex: string;
  #counter: number;

  /** Makes the file when it is missing, and writes `head` into both slots. */
  constructor(logFile: string, logId: string, head: LogHead, counter: number) {
    const path = markerPath(logFile);
    this.#logIdHex = hexOfUuid(logId);
    this.#counter = counter;
    this.#fd = openSync(path, existsSync(path) ? 'r+' : 'w+');
    this.write(head);
    this.sync();
    this.write(head);
    this.sync();
    syncFolderOf(path);
  }

  write(head: LogHead): void {
    this.#counter += 1;
    const slot = encodeSlot(this.#logIdHex, head, this.#counter);
    writeSync(this.#fd, slot, 0, slot.length, (this.#counter % 2) * SLOT_BYTES);
  }

  sync(): void {
    fdatasyncSync(this.#fd);
  }

  /** Syncs without holding the thread. */
  syncSoon(done: (error: Error | null) => void): void {
    fdatasync(this.#fd, done);
  }

  close(): void {
    this.sync();
    closeSync(this.#fd);
  }
}
