import type Database from 'better-sqlite3';
import { GENESIS_HASH, recordHash, type RecordHash } from '../codec/record-hash.js';
import { BoundedMap } from './bounded-map.js';
import { damagedAtRow, toLogRow, type LogRow, type RawRow } from './log-rows.js';

/** The last record of a stream that was checked. */
type CheckedTail = { readonly streamName: string; revision: number; hash: RecordHash };

/** Streams whose name and last hash are remembered, about 300 bytes each. */
const STREAMS_MAX = 50_000;

/**
 * Checks records as they are read: the hash must cover the record and the hash before it. Going forwards through a stream
 * that hash is still known; otherwise it is looked up.
 */
export class RecordChecker {
  readonly #tails = new BoundedMap<number, CheckedTail>(STREAMS_MAX);
  readonly #nameOf: Database.Statement<[number], string>;
  readonly #hashAt: Database.Statement<[number, number], string>;

  constructor(db: Database.Database) {
    this.#nameOf = db.prepare<[number], string>('SELECT name FROM streams WHERE stream_id = ?').pluck();
    this.#hashAt = db
      .prepare<[number, number], string>('SELECT lower(hex(hash)) FROM events WHERE stream_id = ? AND revision = ?')
      .pluck();
  }

  /** @throws DamagedLogError */
  check(raw: RawRow): LogRow {
    const [rowNumber, streamId, revision] = raw;
    const tail = this.#tailOf(rowNumber, streamId);
    const row = toLogRow(raw, tail.streamName);
    const previous = revision === tail.revision + 1 ? tail.hash : this.#hashBefore(row);
    if (recordHash(previous, row) !== row.hash)
      throw damagedAtRow(rowNumber, `${row.streamName}@${revision}: the record does not match its hash`);
    tail.revision = revision;
    tail.hash = row.hash;
    return row;
  }

  #tailOf(rowNumber: number, streamId: number): CheckedTail {
    const known = this.#tails.get(streamId);
    if (known !== undefined) return known;
    const streamName = this.#nameOf.get(streamId);
    if (typeof streamName !== 'string') throw damagedAtRow(rowNumber, `its stream ${streamId} is not there`);
    const tail: CheckedTail = { streamName, revision: -1, hash: GENESIS_HASH };
    this.#tails.set(streamId, tail);
    return tail;
  }

  #hashBefore({ rowNumber, streamId, streamName, revision }: LogRow): RecordHash {
    if (revision === 0) return GENESIS_HASH;
    const previous = this.#hashAt.get(streamId, revision - 1);
    if (previous === undefined) throw damagedAtRow(rowNumber, `${streamName}@${revision - 1} is not there`);
    return previous;
  }
}
