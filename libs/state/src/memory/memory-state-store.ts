import {
  checkDefinition,
  checkId,
  checkIndexed,
  checkPage,
  checkPrefix,
  checkVersion,
  definitionsByName,
  encodeDocument,
} from '../document-rules.js';
import type { Collection, CollectionDefinition, Page, StateStore, StoredDocument } from '../state-store.js';

/** Stored text, so that what a caller does to a document afterwards does not reach the store. */
type Row = { readonly version: number; readonly text: string };

/** Lives as long as the process: for specs and for trying things out. */
export const openMemoryStateStore = (): StateStore => {
  const collections = new Map<string, Map<string, Row>>();
  const indexedFields = new Map<string, readonly string[]>();
  return {
    collection: async <T extends object>(definition: CollectionDefinition) => {
      checkDefinition(definition);
      const rows = collections.get(definition.name) ?? new Map<string, Row>();
      collections.set(definition.name, rows);
      indexedFields.set(definition.name, definition.indexedFields ?? []);
      return new MemoryCollection<T>(rows, definition);
    },
    collections: async () => definitionsByName(indexedFields),
    close: async () => {},
  };
};

class MemoryCollection<T extends object> implements Collection<T> {
  constructor(
    private readonly rows: Map<string, Row>,
    private readonly definition: CollectionDefinition,
  ) {}

  async get(id: string): Promise<StoredDocument<T> | null> {
    checkId(id);
    const row = this.rows.get(id);
    return row === undefined ? null : decode<T>(id, row);
  }

  async insert(id: string, document: T, version = 1): Promise<'inserted' | 'exists'> {
    checkId(id);
    checkVersion(version);
    const text = encodeDocument(document);
    if (this.rows.has(id)) return 'exists';
    this.rows.set(id, { version, text });
    return 'inserted';
  }

  async replace(id: string, document: T, expectedVersion: number): Promise<boolean> {
    checkId(id);
    const text = encodeDocument(document);
    if (this.rows.get(id)?.version !== expectedVersion) return false;
    this.rows.set(id, { version: expectedVersion + 1, text });
    return true;
  }

  async delete(id: string, expectedVersion?: number): Promise<boolean> {
    checkId(id);
    if (expectedVersion !== undefined && this.rows.get(id)?.version !== expectedVersion) return false;
    return this.rows.delete(id);
  }

  async find(field: string, value: string, page: Page): Promise<readonly StoredDocument<T>[]> {
    checkIndexed(this.definition, field);
    return this.select(page, ({ document }) => (document as Record<string, unknown>)[field] === value);
  }

  async list(prefix: string, page: Page): Promise<readonly StoredDocument<T>[]> {
    checkPrefix(prefix);
    return this.select(page, ({ id }) => id.startsWith(prefix));
  }

  private select(page: Page, fits: (stored: StoredDocument<T>) => boolean): readonly StoredDocument<T>[] {
    checkPage(page);
    const { after = '', limit } = page;
    const ids = [...this.rows.keys()].filter((id) => id > after).sort();
    return ids
      .map((id) => decode<T>(id, this.rows.get(id) as Row))
      .filter(fits)
      .slice(0, limit);
  }
}

const decode = <T>(id: string, { version, text }: Row): StoredDocument<T> => ({
  id,
  version,
  document: JSON.parse(text) as T,
});
