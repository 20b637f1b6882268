import type { LogIdentity } from '@verbatim/event-store';
import BetterSqlite, { type Database } from 'better-sqlite3';

/** "VbRM" in the file's header: this is a read-models file. */
const APPLICATION_ID = 0x56_62_52_4d;
/** Rises when tables that are not a projection's own change. */
const LAYOUT_VERSION = 1;
const BUSY_TIMEOUT_MS = 10_000;
/** Negative: KiB. */
const WRITE_CACHE_SIZE = -65_536;
const READ_CACHE_SIZE = -16_384;
/** Pages. A batch writes a few hundred; the same page in many batches is copied back once. */
const CHECKPOINT_EVERY_PAGES = 8_000;
/** After a checkpoint a longer write-ahead log is cut to this size, bytes. */
const WAL_SIZE_LIMIT_BYTES = 67_108_864;

export type FileProblemKind = 'foreign' | 'other-log' | 'damaged';

/** What the thread that opens the file has to say of it; the main thread turns it into an error for people. */
export class FileProblem extends Error {
  override readonly name = 'FileProblem';

  constructor(
    readonly code: FileProblemKind,
    detail = '',
  ) {
    super(detail);
  }
}

const LAYOUT_SQL = `
  CREATE TABLE log (log_id TEXT NOT NULL, epoch INTEGER NOT NULL);
  CREATE TABLE builds (
    projection TEXT NOT NULL, generation INTEGER NOT NULL, status TEXT NOT NULL, position INTEGER, event_id TEXT,
    PRIMARY KEY (projection, generation)
  ) WITHOUT ROWID;
  CREATE TABLE conversation_keys (key INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE);
  CREATE TABLE user_keys (key INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE);
`;

/**
 * Opens the file for writing and makes it when there is none.
 * @throws FileProblem, SqliteError
 */
export const openForWriting = (file: string, log: LogIdentity): Database => {
  const database = new BetterSqlite(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    if (identify(database) === 'new') create(database, log);
    const owner = database.prepare<[], { log_id: string; epoch: number }>('SELECT log_id, epoch FROM log').get();
    if (owner?.log_id !== log.logId || owner.epoch !== log.epoch) throw new FileProblem('other-log');
    // A lost tail is folded again from the checkpoint in the same file: NORMAL is enough for what is rebuildable.
    database.pragma('synchronous = NORMAL');
    database.pragma(`cache_size = ${WRITE_CACHE_SIZE}`);
    database.pragma(`wal_autocheckpoint = ${CHECKPOINT_EVERY_PAGES}`);
    database.pragma(`journal_size_limit = ${WAL_SIZE_LIMIT_BYTES}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
};

export const openForReading = (file: string): Database => {
  const database = new BetterSqlite(file, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  database.pragma(`cache_size = ${READ_CACHE_SIZE}`);
  return database;
};

const identify = (database: Database): 'new' | 'ours' => {
  const applicationId = database.pragma('application_id', { simple: true });
  const tableCount = database.prepare<[], number>('SELECT count(*) FROM sqlite_schema').pluck().get();
  if (applicationId === 0 && tableCount === 0) return 'new';
  if (applicationId !== APPLICATION_ID) throw new FileProblem('foreign');
  const layout = database.pragma('user_version', { simple: true });
  if (layout !== LAYOUT_VERSION) throw new FileProblem('damaged', `layout ${String(layout)}`);
  return 'ours';
};

const create = (database: Database, log: LogIdentity): void => {
  database.pragma('journal_mode = WAL');
  database.transaction(() => {
    database.exec(LAYOUT_SQL);
    database.prepare('INSERT INTO log (log_id, epoch) VALUES (?, ?)').run(log.logId, log.epoch);
    database.pragma(`application_id = ${APPLICATION_ID}`);
    database.pragma(`user_version = ${LAYOUT_VERSION}`);
  })();
};
