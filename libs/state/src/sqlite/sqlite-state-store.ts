import { checkDefinition, definitionsByName } from '../document-rules.js';
import type { Collection, CollectionDefinition, StateStore } from '../state-store.js';
import { SqliteCollection } from './sqlite-collection.js';
import { indexedFieldsIn, openForReading } from './state-file.js';
import { openStateWriter } from './state-writer.js';

export type StateStoreOptions = {
  /** Told once that the outcome of a write is unknown. The process has to end: only opening the file anew tells what is in it. */
  readonly onFailure?: (error: Error) => void;
  /** Caps the file; a write that would pass it is refused with `StateFullError`. Default: the disk is the cap. */
  readonly fileMaxBytes?: number;
};

/**
 * One file, never disposable: WAL with `synchronous = FULL`, one writer for the whole machine, mode 0600.
 * @throws StateInUseError, ForeignStateError, OperatorError
 */
export const openSqliteStateStore = async (file: string, options: StateStoreOptions): Promise<StateStore> => {
  const writer = await openStateWriter(file, options);
  const reader = openForReading(file);
  return {
    collection: async <T extends object>(definition: CollectionDefinition): Promise<Collection<T>> => {
      checkDefinition(definition);
      const { name, indexedFields = [] } = definition;
      await writer.write({ kind: 'define', collection: name, indexedFields });
      return new SqliteCollection<T>(reader, writer, definition);
    },
    collections: async () => definitionsByName(indexedFieldsIn(reader)),
    close: async () => {
      await writer.close();
      reader.close();
    },
  };
};
