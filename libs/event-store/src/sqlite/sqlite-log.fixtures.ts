import Database from 'better-sqlite3';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StreamName } from '@verbatim/domain';
import type { EventStore } from '../event-store.js';
import { aConversation, messages } from '../event-store.fixtures.js';
import { openSqliteEventStore } from './open-sqlite-event-store.js';
import type { SqliteEventStoreOptions } from './sqlite-event-store-options.js';

/** A folder for the logs of one spec file, gone when it is over. */
export const temporaryFolder = (): (() => string) => {
  const folder = mkdtempSync(join(tmpdir(), 'event-log-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return () => folder;
};

/** For specs in which the log stays sound. */
export const unexpected = (error: Error): void => {
  throw error;
};

export const openLog = (file: string, options: Partial<SqliteEventStoreOptions> = {}): Promise<EventStore> =>
  openSqliteEventStore({ file, onFatal: unexpected, ...options });

/** A log of `streams` conversations with `count` messages each, closed again. */
export const writeLog = async (file: string, streams: number, count: number): Promise<StreamName[]> => {
  const store = await openLog(file);
  const names = Array.from({ length: streams }, aConversation);
  for (const name of names) await store.append(name, 'no-stream', messages(count));
  await store.close();
  return names;
};

/** Changes the file behind the store's back. */
export const tamper = (file: string, sql: string): void => {
  const db = new Database(file);
  db.exec(sql);
  db.close();
};

export const flipBit = (file: string, offset: number, bit = 0): void => {
  const bytes = readFileSync(file);
  bytes[offset] = (bytes[offset] as number) ^ (1 << bit);
  writeFileSync(file, bytes);
};

const FILES = ['', '-wal', '-shm', '.head'];

/** A copy of a log and what stands beside it, as a backup of the folder would take it. */
export const copyLog = (from: string, to: string): void => {
  for (const suffix of FILES) {
    rmSync(to + suffix, { force: true });
    if (existsSync(from + suffix)) cpSync(from + suffix, to + suffix);
  }
};
