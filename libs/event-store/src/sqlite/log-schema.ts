import Database from 'better-sqlite3';
import { randomUUID } from 'node:crypto';
import { types } from 'node:util';
import { DamagedLogError, ForeignLogError } from '../errors.js';
import type { LogIdentity } from '../event-store.js';

/** "VBLG": marks the file as an event log. */
const APPLICATION_ID = 0x56_42_4c_47;
const LAYOUT_VERSION = 1;

const PAGE_BYTES = 8_192;
const WRITER_CACHE_KIB = 65_536;
const READER_CACHE_KIB = 16_384;
/** How long a commit waits for somebody else's tool that holds the file's write lock. */
const LOCK_WAIT_MS = 5_000;
/** Only a safety net: the writer checkpoints by itself long before, when nobody waits. */
const WAL_AUTOCHECKPOINT_PAGES = 32_768;

const LAYOUT = `
  CREATE TABLE log_identity (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), log_id TEXT NOT NULL, epoch INTEGER NOT NULL) STRICT;
  CREATE TABLE streams (stream_id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE events (
    row_number INTEGER PRIMARY KEY,
    stream_id INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    event_id BLOB NOT NULL,
    header TEXT NOT NULL,
    key_id TEXT,
    payload TEXT NOT NULL,
    hash BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX events_by_stream ON events (stream_id, revision);
  CREATE TABLE snapshots (
    stream_id INTEGER PRIMARY KEY,
    revision INTEGER NOT NULL,
    schema_version INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    checksum BLOB NOT NULL
  ) STRICT;`;

/** Turns what SQLite says of a broken file into our word for it; anything else comes back as it was. */
export const asLogError = (error: unknown): Error => {
  if (!types.isNativeError(error)) return new Error(String(error));
  const code = sqliteCode(error);
  return /^SQLITE_(CORRUPT|NOTADB)/.test(code) ? new DamagedLogError(null, `${error.message} (${code})`) : error;
};

/**
 * The result code of a driver error, such as `SQLITE_FULL`; empty for any other error. Asked by what the error has, not by
 * its class: one process loads the driver once, whatever the number of realms in it.
 */
export const sqliteCode = (error: unknown): string => {
  const code: unknown = types.isNativeError(error) && 'code' in error ? error.code : '';
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : '';
};

const number = (db: Database.Database, pragma: string): number => db.pragma(pragma, { simple: true }) as number;

const isEmpty = (db: Database.Database): boolean =>
  db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;

const create = (db: Database.Database): void => {
  const createAll = db.transaction(() => {
    db.exec(LAYOUT);
    db.prepare('INSERT INTO log_identity VALUES (1, ?, 1)').run(randomUUID());
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma(`user_version = ${LAYOUT_VERSION}`);
  });
  createAll.exclusive();
};

const refuseForeign = (db: Database.Database, file: string): void => {
  if (number(db, 'application_id') !== APPLICATION_ID)
    throw new ForeignLogError(`${file} is a database of another application, not an event log`);
  const layout = number(db, 'user_version');
  if (layout !== LAYOUT_VERSION)
    throw new ForeignLogError(`${file} has layout ${layout}; this program knows layout ${LAYOUT_VERSION}`);
};

/**
 * Opens the log for writing, and makes it when there is none. `synchronous = FULL` must be said: the driver's own default in
 * WAL mode acknowledges commits that were never synced.
 * @throws ForeignLogError, DamagedLogError
 */
export const openForWriting = (file: string): Database.Database => {
  const db = new Database(file, { timeout: LOCK_WAIT_MS });
  try {
    const isNew = isEmpty(db);
    if (!isNew) refuseForeign(db, file);
    db.pragma(`page_size = ${PAGE_BYTES}`);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('fullfsync = ON');
    db.pragma('checkpoint_fullfsync = ON');
    db.pragma(`cache_size = -${WRITER_CACHE_KIB}`);
    db.pragma(`wal_autocheckpoint = ${WAL_AUTOCHECKPOINT_PAGES}`);
    if (isNew) create(db);
    return db;
  } catch (error) {
    db.close();
    throw asLogError(error);
  }
};

/** @throws ForeignLogError, DamagedLogError */
export const openForReading = (file: string): Database.Database => {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    refuseForeign(db, file);
    db.pragma(`cache_size = -${READER_CACHE_KIB}`);
    return db;
  } catch (error) {
    db.close();
    throw asLogError(error);
  }
};

/** Caps the file; the append that would pass it is refused as `log-full`. */
export const limitBytes = (db: Database.Database, logMaxBytes: number): void => {
  db.pragma(`max_page_count = ${Math.max(1, Math.floor(logMaxBytes / PAGE_BYTES))}`);
};

export const readIdentity = (db: Database.Database): LogIdentity => {
  const row = db.prepare<[], { logId: string; epoch: number }>('SELECT log_id AS logId, epoch FROM log_identity').get();
  if (row === undefined) throw new DamagedLogError(null, 'the log has no identity');
  return { logId: row.logId, epoch: row.epoch };
};

/** Durable when it returns. */
export const raiseEpoch = (db: Database.Database): LogIdentity => {
  db.prepare('UPDATE log_identity SET epoch = epoch + 1').run();
  return readIdentity(db);
};

/**
 * Copies what the WAL holds into the database file. A full disk, or a reader in the way, only puts it off.
 * @throws whatever else the driver throws
 */
export const checkpoint = (db: Database.Database, mode: 'PASSIVE' | 'TRUNCATE'): void => {
  try {
    db.pragma(`wal_checkpoint(${mode})`);
  } catch (error) {
    if (!/^SQLITE_(FULL|BUSY)/.test(sqliteCode(error))) throw error;
  }
};
