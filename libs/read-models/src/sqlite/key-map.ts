import type { Database, Statement } from 'better-sqlite3';
import { storedIdOf } from './uuid-bytes.js';

/** Keys kept in memory of each kind; the table has them all. */
const CACHED_KEYS_MAX = 200_000;

export type KeyTable = 'conversation_keys' | 'user_keys';

/** Small integers that stand for ids in the tables of one file: rowids pack two of them. Given once, for ever. */
export class KeyReader {
  readonly #find: Statement<[Buffer | string], number>;
  #keys = new Map<string, number>();

  constructor(database: Database, table: KeyTable) {
    this.#find = database.prepare<[Buffer | string], number>(`SELECT key FROM ${table} WHERE id = ?`).pluck();
  }

  find(id: string): number | null {
    const known = this.#keys.get(id);
    if (known !== undefined) return known;
    const key = this.#find.get(storedIdOf(id));
    if (key === undefined) return null;
    this.remember(id, key);
    return key;
  }

  /** After a rolled back transaction: keys given in it are not there. */
  forget(): void {
    this.#keys = new Map();
  }

  protected remember(id: string, key: number): void {
    if (this.#keys.size >= CACHED_KEYS_MAX) this.#keys = new Map();
    this.#keys.set(id, key);
  }
}

export class KeyWriter extends KeyReader {
  readonly #insert: Statement<[Buffer | string]>;

  constructor(database: Database, table: KeyTable) {
    super(database, table);
    this.#insert = database.prepare(`INSERT INTO ${table} (id) VALUES (?)`);
  }

  /** Gives the id its key when it has none. When the transaction around it is rolled back: `forget`. */
  findOrInsert(id: string): number {
    const known = this.find(id);
    if (known !== null) return known;
    const key = Number(this.#insert.run(storedIdOf(id)).lastInsertRowid);
    this.remember(id, key);
    return key;
  }
}
