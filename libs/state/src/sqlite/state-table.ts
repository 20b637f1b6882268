import type Database from 'better-sqlite3';
import { fieldOf, indexOf, tableOf } from './state-file.js';
import type { WriteRequest } from './write-requests.js';

/** Carries out write requests inside the caller's transaction. */
export type StateTables = {
  /** Whether anything changed. */
  readonly write: (request: WriteRequest) => boolean;
};

export const stateTables = (db: Database.Database): StateTables => {
  const statements = new Map<string, Database.Statement>();
  const prepared = (sql: string): Database.Statement => {
    const statement = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  const write = (request: WriteRequest): boolean => {
    if (request.kind === 'define') return define(db, request.collection, request.indexedFields);
    const table = tableOf(request.collection);
    switch (request.kind) {
      case 'insert': {
        const sql = `INSERT INTO ${table} (id, version, document) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`;
        return prepared(sql).run(request.id, request.version, request.text).changes === 1;
      }
      case 'replace': {
        const sql = `UPDATE ${table} SET version = version + 1, document = ? WHERE id = ? AND version = ?`;
        return prepared(sql).run(request.text, request.id, request.expectedVersion).changes === 1;
      }
      case 'delete': {
        const sql = `DELETE FROM ${table} WHERE id = ? AND version = coalesce(?, version)`;
        return prepared(sql).run(request.id, request.expectedVersion).changes === 1;
      }
    }
  };
  return { write };
};

/** Brings the table and its indexes to what is declared; indexes that are not are dropped. */
const define = (db: Database.Database, collection: string, indexedFields: readonly string[]): boolean => {
  const table = tableOf(collection);
  db.exec(
    `CREATE TABLE IF NOT EXISTS ${table} (id TEXT PRIMARY KEY, version INTEGER NOT NULL, document TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  );
  const present = db
    .prepare<[string], { name: string }>(
      `SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql NOT NULL`,
    )
    .all(`state_${collection}`)
    .map(({ name }) => name);
  const wanted = new Map(indexedFields.map((field) => [indexOf(collection, field), field]));
  for (const name of present) if (!wanted.has(name)) db.exec(`DROP INDEX "${name}"`);
  for (const [name, field] of wanted) {
    if (!present.includes(name)) db.exec(`CREATE INDEX "${name}" ON ${table} (${fieldOf(field)}, id)`);
  }
  return true;
};
