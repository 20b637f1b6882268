import type Database from 'better-sqlite3';
import {
  checkId,
  checkIndexed,
  checkPage,
  checkPrefix,
  checkVersion,
  encodeDocument,
  endOfPrefix,
} from '../document-rules.js';
import type { Collection, CollectionDefinition, Page, StoredDocument } from '../state-store.js';
import { fieldOf, tableOf } from './state-file.js';
import type { StateWriter } from './state-writer.js';

type Row = { readonly id: string; readonly version: number; readonly document: string };

/** Reads on the calling thread (a look-up takes some 10 µs and no fsync), writes through the writer's thread. */
export class SqliteCollection<T extends object> implements Collection<T> {
  private readonly byId: Database.Statement<[string], Row>;
  private readonly byPrefix: Database.Statement<[string, string, string, number], Row>;
  private readonly byField = new Map<string, Database.Statement<[string, string, number], Row>>();

  constructor(
    db: Database.Database,
    private readonly writer: StateWriter,
    private readonly definition: CollectionDefinition,
  ) {
    const select = `SELECT id, version, document FROM ${tableOf(definition.name)}`;
    this.byId = db.prepare(`${select} WHERE id = ?`);
    this.byPrefix = db.prepare(`${select} WHERE id >= ? AND id < ? AND id > ? ORDER BY id LIMIT ?`);
    for (const field of definition.indexedFields ?? []) {
      const sql = `${select} WHERE ${fieldOf(field)} = ? AND id > ? ORDER BY id LIMIT ?`;
      this.byField.set(field, db.prepare(sql));
    }
  }

  async get(id: string): Promise<StoredDocument<T> | null> {
    checkId(id);
    const row = this.byId.get(id);
    return row === undefined ? null : decode<T>(row);
  }

  async insert(id: string, document: T, version = 1): Promise<'inserted' | 'exists'> {
    checkId(id);
    checkVersion(version);
    const text = encodeDocument(document);
    const isNew = await this.writer.write({ kind: 'insert', collection: this.definition.name, id, text, version });
    return isNew ? 'inserted' : 'exists';
  }

  async replace(id: string, document: T, expectedVersion: number): Promise<boolean> {
    checkId(id);
    const text = encodeDocument(document);
    return this.writer.write({ kind: 'replace', collection: this.definition.name, id, text, expectedVersion });
  }

  async delete(id: string, expectedVersion?: number): Promise<boolean> {
    checkId(id);
    const version = expectedVersion ?? null;
    return this.writer.write({ kind: 'delete', collection: this.definition.name, id, expectedVersion: version });
  }

  async find(field: string, value: string, page: Page): Promise<readonly StoredDocument<T>[]> {
    checkIndexed(this.definition, field);
    checkPage(page);
    const statement = this.byField.get(field) as Database.Statement<[string, string, number], Row>;
    return statement.all(value, page.after ?? '', page.limit).map((row) => decode<T>(row));
  }

  async list(prefix: string, page: Page): Promise<readonly StoredDocument<T>[]> {
    checkPrefix(prefix);
    checkPage(page);
    const rows = this.byPrefix.all(prefix, endOfPrefix(prefix), page.after ?? '', page.limit);
    return rows.map((row) => decode<T>(row));
  }
}

const decode = <T>({ id, version, document }: Row): StoredDocument<T> => ({
  id,
  version,
  document: JSON.parse(document) as T,
});
