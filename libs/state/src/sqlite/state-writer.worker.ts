import type Database from 'better-sqlite3';
import { parentPort, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { ForeignStateError, StateInUseError } from '../errors.js';
import { lockState, openForWriting, sqliteCode } from './state-file.js';
import { stateTables } from './state-table.js';
import type { FromWriter, ToWriter, WriteRequest, WriterData } from './write-requests.js';

const port = parentPort as MessagePort;
const { file, fileMaxBytes } = workerData as WriterData;
const post = (message: FromWriter): void => port.postMessage(message);

const run = (lock: Database.Database, db: Database.Database): void => {
  const tables = stateTables(db);
  const commit = db.transaction((requests: readonly WriteRequest[]) =>
    requests.map((request) => tables.write(request)),
  );
  port.on('message', (message: ToWriter) => {
    if (message.kind === 'batch') return post(outcomeOf(() => commit.immediate(message.requests)));
    db.pragma('wal_checkpoint(TRUNCATE)'); // what a copy of the closed file needs is in the file itself
    db.close();
    lock.close();
    port.close();
  });
  post({ kind: 'open' });
};

/** Out of space is known to have written nothing; after any other error, a failed fsync above all, nothing is known. */
const outcomeOf = (commit: () => readonly boolean[]): FromWriter => {
  try {
    return { kind: 'written', changed: commit() };
  } catch (error) {
    if (sqliteCode(error) === 'SQLITE_FULL') return { kind: 'full' };
    return {
      kind: 'failed',
      message: `${sqliteCode(error)} ${error instanceof Error ? error.message : String(error)}`.trim(),
    };
  }
};

const refusalOf = (error: unknown): FromWriter => {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof StateInUseError) return { kind: 'refused', refusal: 'in-use', message };
  return { kind: 'refused', refusal: error instanceof ForeignStateError ? 'foreign' : 'other', message };
};

const start = (): void => {
  let lock: Database.Database | undefined;
  try {
    lock = lockState(file);
    run(lock, openForWriting(file, fileMaxBytes));
  } catch (error) {
    lock?.close();
    post(refusalOf(error));
    port.close();
  }
};

start();
