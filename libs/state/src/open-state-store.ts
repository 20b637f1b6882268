import { MONGO_URL_PROTOCOLS, isMongoUrl } from '@verbatim/mongo';
import { openMemoryStateStore } from './memory/memory-state-store.js';
import { openMongoStateStore } from './mongo/mongo-state-store.js';
import { openSqliteStateStore } from './sqlite/sqlite-state-store.js';
import type { StateStoreOptions } from './sqlite/sqlite-state-store.js';
import type { StateStore } from './state-store.js';

export type { StateStoreOptions };
export const STATE_URL_PROTOCOLS: readonly string[] = ['sqlite:', 'memory:', ...MONGO_URL_PROTOCOLS];

/**
 * Opens State by its URL: `sqlite:./data/state.db` (relative to the working directory, or absolute), `memory:`, or
 * `mongodb://…/<database>`, which any number of processes may open. The options are those of the file.
 * @throws StateInUseError, ForeignStateError, OperatorError when the server is out of reach, too old or refuses the credentials
 */
export const openStateStore = async (url: string, options: StateStoreOptions = {}): Promise<StateStore> => {
  if (url === 'memory:') return openMemoryStateStore();
  if (isMongoUrl(url)) return openMongoStateStore(url);
  const file = /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1];
  if (file === undefined) throw new RangeError(`a state URL starts with ${STATE_URL_PROTOCOLS.join(' or ')}`);
  return openSqliteStateStore(file, options);
};
