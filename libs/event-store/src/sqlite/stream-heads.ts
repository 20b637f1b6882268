import type Database from 'better-sqlite3';
import { GENESIS_HASH, type RecordHash } from '../codec/record-hash.js';
import { BoundedMap } from './bounded-map.js';

/** Where the next event of a stream goes. `revision` is -1 for a stream that has none yet. */
export type StreamHead = { readonly streamId: number; readonly revision: number; readonly hash: RecordHash };

/** Streams whose head the writer remembers, about 250 bytes each. */
const HEADS_MAX = 100_000;

/** Heads of streams, from memory where the stream was written lately. Changes count only when their transaction does. */
export class StreamHeads {
  readonly #heads = new BoundedMap<string, StreamHead>(HEADS_MAX);
  readonly #changed = new Map<string, StreamHead>();
  readonly #find: Database.Statement<[string], StreamHead>;
  readonly #insert: Database.Statement<[number, string]>;
  #nextStreamId: number;
  #nextStreamIdBefore: number;

  constructor(db: Database.Database) {
    this.#find = db.prepare<[string], StreamHead>(`
      SELECT stream_id AS streamId, revision, lower(hex(hash)) AS hash
      FROM streams JOIN events USING (stream_id) WHERE name = ? ORDER BY revision DESC LIMIT 1`);
    this.#insert = db.prepare<[number, string]>('INSERT INTO streams (stream_id, name) VALUES (?, ?)');
    this.#nextStreamId = 1 + (db.prepare<[], number>('SELECT max(stream_id) FROM streams').pluck().get() ?? 0);
    this.#nextStreamIdBefore = this.#nextStreamId;
  }

  get(streamName: string): StreamHead | null {
    const remembered = this.#changed.get(streamName) ?? this.#heads.get(streamName);
    if (remembered !== undefined) return remembered;
    const found = this.#find.get(streamName);
    if (found === undefined) return null;
    this.#heads.set(streamName, found);
    return found;
  }

  /** Makes the stream, inside the running transaction. */
  create(streamName: string): StreamHead {
    const streamId = this.#nextStreamId;
    this.#nextStreamId += 1;
    this.#insert.run(streamId, streamName);
    return { streamId, revision: -1, hash: GENESIS_HASH };
  }

  set(streamName: string, head: StreamHead): void {
    this.#changed.set(streamName, head);
  }

  commit(): void {
    for (const [streamName, head] of this.#changed) this.#heads.set(streamName, head);
    this.#changed.clear();
    this.#nextStreamIdBefore = this.#nextStreamId;
  }

  rollback(): void {
    this.#changed.clear();
    this.#nextStreamId = this.#nextStreamIdBefore;
  }
}
