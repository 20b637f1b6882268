import { openMemoryStateStore } from './memory/memory-state-store.js';
import { openSqliteStateStore } from './sqlite/sqlite-state-store.js';
import type { StateStoreOptions } from './sqlite/sqlite-state-store.js';
import type { StateStore } from './state-store.js';

export type { StateStoreOptions };
export const STATE_URL_PROTOCOLS: readonly string[] = ['sqlite:', 'memory:'];

/**
 * Opens State by its URL: `sqlite:./data/state.db` (relative to the working directory, or absolute) or `memory:`.
 * @throws StateInUseError, ForeignStateError
 */
export const openStateStore = async (url: string, options: StateStoreOptions = {}): Promise<StateStore> => {
  if (url === 'memory:') return openMemoryStateStore();
  const file = /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1];
  if (file === undefined) throw new RangeError(`a state URL starts with ${STATE_URL_PROTOCOLS.join(' or ')}`);
  return openSqliteStateStore(file, options);
};
