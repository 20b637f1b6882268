import type { Database, Statement } from 'better-sqlite3';
import { ID_CHARACTERS, type AnyCollection, type ColumnKind, type DocumentId } from '../projection/collection.js';
import { scannedDocumentOf } from '../projection/scanned-document.js';
import type { Build, ScannedDocument } from '../read-model-store.js';
import type { KeyReader } from './key-map.js';
import { openForReading } from './read-models-file.js';
import { tableLayoutOf } from './table-layout.js';
import { idOfStored, storedIdOf } from './uuid-bytes.js';

type Stored = string | number | Buffer | null;

const valueOf = (kind: ColumnKind, stored: Stored): unknown => {
  if (stored === null) return null;
  if (kind === 'position') return BigInt(stored as number);
  if (kind === 'json') return JSON.parse(stored as string);
  if (kind === 'integer' || kind === 'text') return stored;
  return idOfStored(stored as Buffer | string);
};

/** Reads the documents of one collection of one build by their ids, for the fold. */
export class DocumentLoader {
  readonly #statement: Statement<[readonly (string | number | Buffer)[]], Stored[]>;
  readonly #keyColumns: readonly (readonly [name: string, kind: ColumnKind])[];
  readonly #restColumns: readonly (readonly [name: string, kind: ColumnKind])[];

  constructor(
    database: Database,
    build: Build,
    collection: AnyCollection,
    private readonly keys: { readonly conversations: KeyReader; readonly users: KeyReader },
  ) {
    this.#statement = database
      .prepare<[readonly (string | number | Buffer)[]], Stored[]>(tableLayoutOf(collection, build.generation).loadSql)
      .raw();
    const kinds = new Map(collection.columns);
    this.#keyColumns = collection.key.map((name) => [name, kinds.get(name) as ColumnKind]);
    this.#restColumns = collection.columns.filter(([name]) => !collection.key.includes(name));
  }

  load(id: DocumentId): object | null {
    const document: Record<string, unknown> = {};
    const bound: (string | number | Buffer)[] = [];
    for (const [index, [name, kind]] of this.#keyColumns.entries()) {
      const part = id.slice(index * ID_CHARACTERS, (index + 1) * ID_CHARACTERS);
      const value = this.#keyValue(kind, part);
      if (value === null) return null;
      document[name] = part;
      bound.push(value);
    }
    const row = this.#statement.get(bound);
    if (row === undefined) return null;
    this.#restColumns.forEach(([name, kind], index) => {
      document[name] = valueOf(kind, row[index] as Stored);
    });
    return document;
  }

  #keyValue(kind: ColumnKind, id: string): string | number | Buffer | null {
    if (kind === 'conversation') return this.keys.conversations.find(id);
    return kind === 'user' ? this.keys.users.find(id) : storedIdOf(id);
  }
}

/** All documents of a collection in the order of their keys, on a connection of its own: the order does not depend on the file. */
export const scanDocuments = function* (
  file: string,
  build: Build,
  collection: AnyCollection,
): Generator<ScannedDocument> {
  const database = openForReading(file);
  try {
    const firstKind = new Map(collection.columns).get(collection.key[0] as string);
    const keyTable = firstKind === 'user' ? 'user_keys' : 'conversation_keys';
    const { scanSql, scanParameters } = tableLayoutOf(collection, build.generation);
    database.exec('BEGIN');
    const rows = database.prepare<number[], Stored[]>(scanSql).raw();
    const keys = database.prepare<[], number>(`SELECT key FROM ${keyTable} ORDER BY id`).pluck();
    for (const key of keys.iterate())
      for (const row of rows.iterate(...(scanParameters === 2 ? [key, key] : [key]))) yield scannedOf(collection, row);
  } finally {
    database.close();
  }
};

const scannedOf = (collection: AnyCollection, row: readonly Stored[]): ScannedDocument => {
  const document: Record<string, unknown> = {};
  collection.columns.forEach(([name, kind], index) => {
    document[name] = valueOf(kind, row[index] as Stored);
  });
  return scannedDocumentOf(collection, document);
};
