import { UnsupportedEventStoreError } from './errors.js';
import { isEventStoreDbUrl } from './eventstoredb/connection-url.js';
import { openEventStoreDb } from './eventstoredb/open-event-store-db.js';
import type { EventStore } from './event-store.js';
import { openMemoryEventStore } from './memory/memory-event-store.js';
import { openSqliteEventStore } from './sqlite/open-sqlite-event-store.js';
import type { SqliteEventStoreOptions } from './sqlite/sqlite-event-store-options.js';

export type OpenEventStoreOptions = Omit<SqliteEventStoreOptions, 'file'>;

/**
 * Opens the store that `EVENT_STORE_URL` names: `sqlite:<path>` (relative to the working directory), `esdb://<host>:<port>`,
 * `esdb+discover://…` or `memory:`.
 * @throws UnsupportedEventStoreError, and what `openSqliteEventStore` and `openEventStoreDb` throw
 */
export const openEventStore = async (url: string, options: OpenEventStoreOptions): Promise<EventStore> => {
  if (url === 'memory:') return openMemoryEventStore();
  const file = /^sqlite:(.+)$/.exec(url)?.[1];
  if (file !== undefined) return openSqliteEventStore({ ...options, file });
  if (isEventStoreDbUrl(url)) return openEventStoreDb({ url, onFatal: options.onFatal });
  const scheme = /^[a-z+]*:/.exec(url)?.[0] ?? 'no scheme';
  throw new UnsupportedEventStoreError(
    `EVENT_STORE_URL has ${scheme} where sqlite:<path>, esdb://<host>:<port> or memory: is expected`,
  );
};
