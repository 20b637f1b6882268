import type { AnyCollection, ColumnKind } from '../projection/collection.js';
import type { BuildChanges, CollectionDocuments } from '../read-model-store.js';
import type { FlatBuildChanges, FlatRows } from './writer-messages.js';

type Value = string | number | null;
type Flatten = ((value: never) => Value) | null;

/** Null: the value is a string, a number or null already. */
const flattenOf = (kind: ColumnKind): Flatten => {
  if (kind === 'position') return (value: bigint | null) => (value === null ? null : positionNumber(value));
  if (kind === 'json') return (value: unknown) => (value === null ? null : JSON.stringify(value));
  return null;
};

/** SQLite binds numbers at a tenth of the cost of bigints, and a log of 2^53 bytes is 9 petabytes. */
const positionNumber = (position: bigint): number => {
  if (position > Number.MAX_SAFE_INTEGER) throw new RangeError(`position ${position} does not fit`);
  return Number(position);
};

const columnsOf = new WeakMap<AnyCollection, readonly (readonly [name: string, flatten: Flatten])[]>();

const flattenedColumns = (collection: AnyCollection) => {
  const known = columnsOf.get(collection);
  if (known !== undefined) return known;
  const columns = collection.columns.map(([name, kind]) => [name, flattenOf(kind)] as const);
  columnsOf.set(collection, columns);
  return columns;
};

const flatRowsOf = ({ collection, documents }: CollectionDocuments): FlatRows => {
  const columns = flattenedColumns(collection);
  const values: Value[] = [];
  for (const document of documents as Record<string, never>[])
    for (const [name, flatten] of columns) {
      const value = document[name] as never;
      values.push(flatten === null ? value : flatten(value));
    }
  return [collection.name, values];
};

export const flatChangesOf = ({ projection, generation, checkpoint, changes }: BuildChanges): FlatBuildChanges => ({
  projection,
  generation,
  position: positionNumber(checkpoint.position),
  eventId: checkpoint.eventId,
  rows: changes.map(flatRowsOf),
});
