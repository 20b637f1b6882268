import Database from 'better-sqlite3';
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '@verbatim/platform';
import { ForeignStateError, StateInUseError } from '../errors.js';

/** "VBST": marks the file as State. */
const APPLICATION_ID = 0x56_42_53_54;
const LAYOUT_VERSION = 1;
/** Password hashes are in it. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** Held by a lock of the process, so kill -9 leaves nothing behind. */
export const lockState = (file: string): Database.Database => {
  makeFile(`${file}.lock`);
  const lock = new Database(`${file}.lock`, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    throw sqliteCode(error).startsWith('SQLITE_BUSY') ? new StateInUseError(file) : error;
  }
};

/**
 * Opens the file for writing, and makes it when there is none. `synchronous = FULL` must be said: the driver's own default in WAL
 * mode acknowledges commits that were never synced.
 */
export const openForWriting = (file: string, fileMaxBytes: number | null = null): Database.Database => {
  makeFile(file);
  return opened(file, new Database(file, { timeout: 0 }), (db) => {
    if (db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined) markAsState(file, db);
    refuseForeign(file, db);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('fullfsync = ON');
    db.pragma('checkpoint_fullfsync = ON');
    if (fileMaxBytes !== null) db.pragma(`max_page_count = ${Math.floor(fileMaxBytes / number(db, 'page_size'))}`);
  });
};

export const openForReading = (file: string): Database.Database =>
  opened(file, new Database(file, { readonly: true, fileMustExist: true }), (db) => refuseForeign(file, db));

/** The result code of a driver error, such as `SQLITE_FULL`; empty for any other error. */
export const sqliteCode = (error: unknown): string => {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : '';
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : '';
};

/** Collection names are `[a-z0-9-]`: quoting is all they need. */
export const tableOf = (collection: string): string => `"state_${collection}"`;

export const indexOf = (collection: string, field: string): string => `state_${collection}_by_${field}`;

/** By collection, the fields that have an index. Neither names nor fields hold an underscore, so the names are unambiguous. */
export const indexedFieldsIn = (db: Database.Database): ReadonlyMap<string, readonly string[]> => {
  const rows = db.prepare<[], { type: string; name: string }>('SELECT type, name FROM sqlite_schema').all();
  const found = new Map<string, string[]>();
  for (const { type, name } of rows) {
    const [, collection] = /^state_([^_]+)$/.exec(name) ?? [];
    if (type === 'table' && collection !== undefined) found.set(collection, []);
  }
  for (const { type, name } of rows) {
    const [, collection = '', field = ''] = /^state_([^_]+)_by_([^_]+)$/.exec(name) ?? [];
    if (type === 'index') found.get(collection)?.push(field);
  }
  return found;
};

/** The expression of an index; a query has to use the same text to be served by it. */
export const fieldOf = (field: string): string => `json_extract(document, '$.${field}')`;

const opened = (file: string, db: Database.Database, prepare: (db: Database.Database) => void): Database.Database => {
  try {
    prepare(db);
    return db;
  } catch (error) {
    db.close();
    if (sqliteCode(error) === 'SQLITE_NOTADB') throw new ForeignStateError(`${file} is not a database`);
    throw error;
  }
};

const markAsState = (file: string, db: Database.Database): void => {
  if (number(db, 'application_id') !== 0) refuseForeign(file, db);
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.pragma(`user_version = ${LAYOUT_VERSION}`);
};

const refuseForeign = (file: string, db: Database.Database): void => {
  if (number(db, 'application_id') !== APPLICATION_ID) {
    throw new ForeignStateError(`${file} is a database of another application; choose another DATA_DIR`);
  }
  const layout = number(db, 'user_version');
  if (layout !== LAYOUT_VERSION) {
    throw new ForeignStateError(`${file} has layout ${layout}; this release knows layout ${LAYOUT_VERSION}`);
  }
};

const number = (db: Database.Database, pragma: string): number => db.pragma(pragma, { simple: true }) as number;

const makeFile = (file: string): void => {
  const folder = dirname(file);
  makeFolder(folder, FOLDER_MODE);
  closeSync(openSync(file, 'a', FILE_MODE));
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor); // the name itself has to survive a power cut
  closeSync(descriptor);
};
