import type { Database, Statement } from 'better-sqlite3';
import type { AnyCollection, ColumnKind } from '../projection/collection.js';
import type { Build } from '../read-model-store.js';
import type { KeyWriter } from './key-map.js';
import { tableLayoutOf } from './table-layout.js';
import { storedIdOf } from './uuid-bytes.js';
import type { FlatRows } from './writer-messages.js';

type Value = string | number | null;
type Stored = Value | Buffer;
type Bind = ((value: Value) => Stored) | null;
export type Keys = { readonly conversations: KeyWriter; readonly users: KeyWriter };

/** Null: the value is stored as it came. */
const bindOf = (kind: ColumnKind, { conversations, users }: Keys): Bind => {
  const orNull = (store: (id: string) => Stored) => (value: Value) => (value === null ? null : store(value as string));
  if (kind === 'conversation') return orNull((id) => conversations.findOrInsert(id));
  if (kind === 'user') return orNull((id) => users.findOrInsert(id));
  return kind === 'uuid' ? orNull(storedIdOf) : null;
};

class RowWriter {
  readonly #statement: Statement<[readonly Stored[]]>;
  readonly #binds: readonly Bind[];
  readonly #row: Stored[];

  constructor(database: Database, build: Build, collection: AnyCollection, keys: Keys) {
    this.#statement = database.prepare<[readonly Stored[]]>(tableLayoutOf(collection, build.generation).writeSql);
    this.#binds = collection.columns.map(([, kind]) => bindOf(kind, keys));
    this.#row = new Array<Stored>(collection.columns.length).fill(null);
  }

  write(values: readonly Value[]): void {
    const row = this.#row;
    const width = row.length;
    for (let start = 0; start < values.length; start += width) {
      for (let column = 0; column < width; column += 1) {
        const value = values[start + column] as Value;
        const bind = this.#binds[column] as Bind;
        row[column] = bind === null ? value : bind(value);
      }
      this.#statement.run(row);
    }
  }
}

/** The tables of one build, written row by row. */
export class BuildTables {
  readonly #writers = new Map<string, RowWriter>();

  constructor(database: Database, build: Build, collections: readonly AnyCollection[], keys: Keys) {
    for (const collection of collections)
      this.#writers.set(collection.name, new RowWriter(database, build, collection, keys));
  }

  write([name, values]: FlatRows): void {
    const writer = this.#writers.get(name);
    if (writer === undefined) throw new Error(`no collection ${name}`);
    writer.write(values);
  }
}

export const createTables = (database: Database, build: Build, collections: readonly AnyCollection[]): void => {
  for (const collection of collections)
    for (const sql of tableLayoutOf(collection, build.generation).createSql) database.exec(sql);
};

export const dropTables = (database: Database, build: Build, collections: readonly AnyCollection[]): void => {
  for (const collection of collections)
    database.exec(`DROP TABLE IF EXISTS ${tableLayoutOf(collection, build.generation).table}`);
};
