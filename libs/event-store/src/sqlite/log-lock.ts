import Database from 'better-sqlite3';
import { LogInUseError } from '../errors.js';
import { sqliteCode } from './log-schema.js';

/** Ownership of a log by one store. Held by a file lock of the process, so kill -9 leaves nothing behind. */
export type LogLock = { readonly release: () => void };

/** @throws LogInUseError */
export const lockLog = (file: string): LogLock => {
  const db = new Database(`${file}.lock`, { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (sqliteCode(error).startsWith('SQLITE_BUSY')) throw new LogInUseError(file);
    throw error;
  }
  return { release: () => db.close() };
};
