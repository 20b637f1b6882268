import Database from 'better-sqlite3';
import { uuidV7 } from '@verbatim/platform';

const PAGE_BYTES = 8_192;
const CHECKPOINT_PAGES = 20_000;

export type BareRecord = { readonly header: string; readonly payload: string };

/**
 * The limit of what SQLite can do for a log: rows with a unique (stream, revision) index, write-ahead log, a full sync at every
 * commit. No hash chain, no head marker, no expected revision, no thread.
 */
export class BareLog {
  readonly #db: Database.Database;
  readonly #insert: Database.Statement<[number, number, Buffer, string, string]>;
  readonly #revisions = new Map<number, number>();

  constructor(file: string) {
    this.#db = new Database(file);
    this.#db.pragma(`page_size = ${PAGE_BYTES}`);
    this.#db.pragma('journal_mode = WAL');
    this.#db.pragma('synchronous = FULL');
    this.#db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    this.#db.exec(`
      CREATE TABLE events (
        row_number INTEGER PRIMARY KEY, stream_id INTEGER NOT NULL, revision INTEGER NOT NULL, event_id BLOB NOT NULL,
        header TEXT NOT NULL, payload TEXT NOT NULL
      ) STRICT;
      CREATE UNIQUE INDEX events_by_stream ON events (stream_id, revision);`);
    this.#insert = this.#db.prepare(
      'INSERT INTO events (stream_id, revision, event_id, header, payload) VALUES (?, ?, ?, ?, ?)',
    );
  }

  /** Durable when it returns: one record for each of these streams, in one commit. */
  readonly append = (streamIds: readonly number[], { header, payload }: BareRecord): void => {
    this.#db.exec('BEGIN IMMEDIATE');
    for (const streamId of streamIds) {
      const revision = (this.#revisions.get(streamId) ?? -1) + 1;
      this.#revisions.set(streamId, revision);
      this.#insert.run(streamId, revision, Buffer.from(uuidV7().replaceAll('-', ''), 'hex'), header, payload);
    }
    this.#db.exec('COMMIT');
  };

  /** Reads and parses the first records. @returns how many */
  replay(countMax: number): number {
    let count = 0;
    const rows = this.#db
      .prepare<[number], BareRecord>('SELECT header, payload FROM events ORDER BY row_number LIMIT ?')
      .iterate(countMax);
    for (const { header, payload } of rows) {
      JSON.parse(header);
      JSON.parse(payload);
      count += 1;
    }
    return count;
  }

  close(): void {
    this.#db.close();
  }
}
