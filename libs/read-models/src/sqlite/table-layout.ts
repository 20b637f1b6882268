import type { AnyCollection, ColumnKind } from '../projection/collection.js';
import type { Generation } from '../read-model-store.js';

/**
 * How a collection is stored. A key of at most two small integers is packed into the rowid (first << 32 | second): the table
 * needs no second B-tree and its rows lie in key order. Any other key is the primary key of a WITHOUT ROWID table.
 */
export type TableLayout = {
  readonly table: string;
  readonly isPacked: boolean;
  readonly createSql: readonly string[];
  /** Parameters: the columns in declared order. */
  readonly writeSql: string;
  /** Parameters: the key's values in declared order. Columns: those that are not key. */
  readonly loadSql: string;
  /** Parameter: the first key value, `scanParameters` times. Columns: all in declared order, ids instead of integer keys; ordered by key. */
  readonly scanSql: string;
  readonly scanParameters: 1 | 2;
};

/** Indexes beside the primary key. None on columns that change with every message. */
const INDEXES: Readonly<Record<string, readonly (readonly [suffix: string, definition: string])[]>> = {
  membership_v1_members: [
    ['by_user', '(user_id)'],
    ['current', '(conversation_key, user_id) WHERE is_current = 1'],
  ],
  inbox_v1_marks: [['by_conversation', '(id & 4294967295)']],
  users_v1_users: [['by_name', '(name_key)']],
};

const INTEGER_KINDS: readonly ColumnKind[] = ['conversation', 'user', 'integer'];
const SQL_TYPES: Readonly<Record<ColumnKind, string>> = {
  conversation: 'INTEGER',
  user: 'INTEGER',
  uuid: 'BLOB',
  integer: 'INTEGER',
  position: 'INTEGER',
  text: 'TEXT',
  json: 'TEXT',
};

type Column = { readonly name: string; readonly kind: ColumnKind; readonly sql: string };

const sqlName = (name: string, kind: ColumnKind): string => {
  const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return kind === 'conversation' || kind === 'user' ? snake.replace(/_id$/, '_key') : snake;
};

export const tableOf = (collection: AnyCollection, generation: Generation): string =>
  `${collection.name}_g${generation}`;

export const tableLayoutOf = (collection: AnyCollection, generation: Generation): TableLayout => {
  const table = tableOf(collection, generation);
  const columns = collection.columns.map(([name, kind]): Column => ({ name, kind, sql: sqlName(name, kind) }));
  const key = collection.key.map((name) => columnNamed(columns, name));
  const rest = columns.filter((column) => !key.includes(column));
  if (columns.some((column, index) => index < key.length && column !== key[index]))
    throw new Error(`the key of ${collection.name} has to come first`);
  const isPacked = key.length <= 2 && key.every(({ kind }) => INTEGER_KINDS.includes(kind));
  const base = isPacked ? packedSql(table, key, rest) : compositeSql(table, columns, key);
  const loaded = rest.map(({ sql }) => sql).join(', ');
  return {
    table,
    isPacked,
    createSql: [base.create, ...indexSql(collection, table)],
    writeSql: `${base.insert} ${conflictSql(collection, base.conflictTarget, rest)}`,
    loadSql: `SELECT ${loaded} FROM ${table} WHERE ${base.where}`,
    scanSql: scanSql(table, columns, key, isPacked),
    scanParameters: isPacked && key.length === 2 ? 2 : 1,
  };
};

const columnNamed = (columns: readonly Column[], name: string): Column => {
  const column = columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw new Error(`no column ${name}`);
  return column;
};

const pack = (values: readonly string[]): string =>
  values.length === 1 ? `${values[0]}` : `((${values[0]} << 32) | ${values[1]})`;

const declared = (columns: readonly Column[]): string =>
  columns.map(({ sql, kind }) => `${sql} ${SQL_TYPES[kind]}`).join(', ');

const packedSql = (table: string, key: readonly Column[], rest: readonly Column[]) => ({
  create: `CREATE TABLE ${table} (id INTEGER PRIMARY KEY, ${declared(rest)})`,
  insert:
    `INSERT INTO ${table} (id, ${rest.map(({ sql }) => sql).join(', ')}) ` +
    `VALUES (${pack(key.map(() => '?'))}, ${rest.map(() => '?').join(', ')})`,
  conflictTarget: 'id',
  where: `id = ${pack(key.map(() => '?'))}`,
});

const compositeSql = (table: string, columns: readonly Column[], key: readonly Column[]) => ({
  create:
    `CREATE TABLE ${table} (${declared(columns)}, ` +
    `PRIMARY KEY (${key.map(({ sql }) => sql).join(', ')})) WITHOUT ROWID`,
  insert:
    `INSERT INTO ${table} (${columns.map(({ sql }) => sql).join(', ')}) ` +
    `VALUES (${columns.map(() => '?').join(', ')})`,
  conflictTarget: key.map(({ sql }) => sql).join(', '),
  where: key.map(({ sql }) => `${sql} = ?`).join(' AND '),
});

const conflictSql = ({ writeRule }: AnyCollection, target: string, rest: readonly Column[]): string => {
  if (writeRule === 'once') return 'ON CONFLICT DO NOTHING';
  const assignments = rest.map(({ sql }) => `${sql} = excluded.${sql}`).join(', ');
  return `ON CONFLICT (${target}) DO UPDATE SET ${assignments} WHERE excluded.last_position > last_position`;
};

const indexSql = ({ name }: AnyCollection, table: string): string[] =>
  (INDEXES[name] ?? []).map(([suffix, definition]) => `CREATE INDEX ${table}_${suffix} ON ${table} ${definition}`);

const idOfKey = (kind: ColumnKind, value: string): string => {
  if (kind === 'conversation') return `(SELECT id FROM conversation_keys WHERE key = ${value})`;
  if (kind === 'user') return `(SELECT id FROM user_keys WHERE key = ${value})`;
  return value;
};

const scanSql = (table: string, columns: readonly Column[], key: readonly Column[], isPacked: boolean): string => {
  // Qualified: inside the look-up of an id, a bare `id` would be that table's own.
  const valueOf = (column: Column): string => {
    if (!isPacked || !key.includes(column)) return `${table}.${column.sql}`;
    if (key.length === 1) return `${table}.id`;
    return column === key[0] ? `(${table}.id >> 32)` : `(${table}.id & 4294967295)`;
  };
  const selected = columns.map((column) => idOfKey(column.kind, valueOf(column))).join(', ');
  const [first, ...others] = key as [Column, ...Column[]];
  const isNatural = isPacked && others.every(({ kind }) => kind === 'integer');
  const order = isNatural ? 'id' : others.map((column) => idOfKey(column.kind, valueOf(column))).join(', ') || '1';
  const range = key.length === 1 ? 'id = ?' : 'id >= (? << 32) AND id <= ((? << 32) | 4294967295)';
  return `SELECT ${selected} FROM ${table} WHERE ${isPacked ? range : `${first.sql} = ?`} ORDER BY ${order}`;
};
