import { MongoServerError } from 'mongodb';
import { projections } from '../projections.js';
import type { ProjectionName } from '../read-models.js';
import type { Generation } from '../read-model-store.js';
import type { AnyCollection } from '../projection/collection.js';
import type { BuildsRecord } from './builds-record.js';
import { collectionName, generationIn, indexesOf, storedCollection } from './collection-layout.js';
import type { Connection } from './connection.js';

const NAMESPACE_NOT_FOUND = 26;

export const collectionsOf = (name: ProjectionName): readonly AnyCollection[] => {
  const projection = projections.find((candidate) => candidate.name === name);
  if (projection === undefined) throw new Error(`no projection ${name}`);
  return projection.collections;
};

export const collectionNames = ({ db, call }: Connection): Promise<readonly string[]> =>
  call(async () => (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name));

/** Makes the indexes of a build, and with them its collections. Again changes nothing. */
export const createIndexes = async (
  { db, call }: Connection,
  projection: ProjectionName,
  generation: Generation,
): Promise<void> => {
  for (const collection of collectionsOf(projection)) {
    const target = storedCollection(db, collectionName(collection, generation));
    // One by one: FerretDB 1.24 fails when several of a command are there already.
    for (const index of indexesOf(collection)) await call(() => target.createIndexes([index]));
  }
};

/** Drops the documents of a build that nobody reads any more. */
export const dropBuild = async (
  connection: Connection,
  projection: ProjectionName,
  generation: Generation,
): Promise<void> => {
  for (const collection of collectionsOf(projection)) await drop(connection, collectionName(collection, generation));
};

/**
 * Drops what no record names: collections of builds that were dropped once and written to by a process that had not heard of
 * it, or of a drop that was cut short. Generations are never given twice, so such a name is of no use for ever.
 */
export const dropOrphans = async (connection: Connection, record: BuildsRecord): Promise<void> => {
  const kept = new Set(
    [record.active, ...(record.building === null ? [] : [record.building]), ...record.replaced].map(
      ({ generation }) => generation,
    ),
  );
  const ours = collectionsOf(record._id).map(({ name }) => name);
  for (const name of await collectionNames(connection)) {
    const generation = generationIn(name);
    if (generation === null || generation > record.lastGeneration || kept.has(generation)) continue;
    if (ours.includes(name.slice(0, name.lastIndexOf('_g')))) await drop(connection, name);
  }
};

export const drop = async ({ db, call }: Connection, name: string): Promise<void> => {
  try {
    await call(() => db.dropCollection(name));
  } catch (error) {
    if (!(error instanceof MongoServerError && error.code === NAMESPACE_NOT_FOUND)) throw error;
  }
};
