import type { Db } from 'mongodb';
import { mongoFailureOf, openMongo } from '@verbatim/mongo';
import type { MongoConnection } from '@verbatim/mongo';
import { OperatorError } from '@verbatim/platform';
import { checkDefinition, definitionsByName } from '../document-rules.js';
import { ForeignStateError } from '../errors.js';
import type { Collection, CollectionDefinition, StateStore } from '../state-store.js';
import { defineIndexes, indexedFieldsIn, rowsNameOf } from './collection-indexes.js';
import { MongoCollection } from './mongo-collection.js';
import { StateCalls } from './state-calls.js';
import type { StateRow } from './state-rows.js';

/** No collection of State can have this name: theirs start with `state_`. */
const LAYOUT_COLLECTION = 'state-layout';
const LAYOUT_ID = 'layout';
const LAYOUT_VERSION = 1;
type Layout = { readonly _id: string; readonly version: number };

/**
 * State in a database of the MongoDB protocol, beside whatever else is in it. Any number of processes may open it.
 * @throws OperatorError, ForeignStateError
 */
export const openMongoStateStore = async (url: string): Promise<StateStore> => {
  const connection = await openMongo(url, { variable: 'STATE_URL' });
  try {
    await connection.bounded(() => settleLayout(connection.db));
  } catch (error) {
    await connection.close();
    throw startErrorOf(error);
  }
  return storeOn(url, connection);
};

const storeOn = (url: string, connection: MongoConnection): StateStore => {
  const calls = new StateCalls(connection);
  let closed: Promise<void> | undefined;
  return {
    collection: async <T extends object>(definition: CollectionDefinition): Promise<Collection<T>> => {
      checkDefinition(definition);
      await defineIndexes(url, definition);
      return new MongoCollection<T>(connection.db.collection<StateRow>(rowsNameOf(definition)), calls, definition);
    },
    collections: async () => definitionsByName(await calls.read(() => indexedFieldsIn(connection.db))),
    close: () => (closed ??= calls.close().then(() => connection.close())),
  };
};

/** Says in an empty database what the rows look like, and refuses rows of a later release. */
const settleLayout = async (db: Db): Promise<void> => {
  const layouts = db.collection<Layout>(LAYOUT_COLLECTION);
  try {
    await layouts.insertOne({ _id: LAYOUT_ID, version: LAYOUT_VERSION });
  } catch (error) {
    if (mongoFailureOf(error) !== 'duplicate-key') throw error;
    const layout = await layouts.findOne({ _id: LAYOUT_ID });
    if (layout !== null && layout.version !== LAYOUT_VERSION) {
      throw new ForeignStateError(
        `STATE_URL: the database ${db.databaseName} has layout ${layout.version} of State, which this release does not know; ` +
          `run the release that wrote it, or name another database`,
      );
    }
  }
};

const startErrorOf = (error: unknown): Error =>
  error instanceof OperatorError
    ? error
    : new OperatorError(
        `STATE_URL: cannot write to the database of State: ${error instanceof Error ? error.message : String(error)}`,
      );
