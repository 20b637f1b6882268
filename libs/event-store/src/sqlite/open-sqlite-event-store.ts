import { dirname } from 'node:path';
import { makeFolder } from '@verbatim/platform';
import type { EventStore } from '../event-store.js';
import { lockLog } from './log-lock.js';
import { openForReading } from './log-schema.js';
import type { SqliteEventStoreOptions } from './sqlite-event-store-options.js';
import { SqliteEventStore } from './sqlite-event-store.js';
import { WriterThread } from './writer-thread.js';

/**
 * Opens the log, or makes it. The newest 10,000 records are checked first; the rest is checked while the store runs.
 * @throws LogInUseError, ForeignLogError, DamagedLogError (shorter than its marker, differing from it, altered)
 */
export const openSqliteEventStore = async (options: SqliteEventStoreOptions): Promise<EventStore> => {
  const { file, adoptMarker = false, logMaxBytes = null } = options;
  makeFolder(dirname(file));
  const lock = lockLog(file);
  try {
    const thread = new WriterThread({ file, adoptMarker, logMaxBytes });
    const { identity, headRow } = await thread.opened;
    const db = openForReading(file);
    return new SqliteEventStore({ options, identity, headRow, thread, db, lock });
  } catch (error) {
    lock.release();
    throw error;
  }
};
