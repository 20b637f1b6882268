import type { Collection as Rows, Db } from 'mongodb';
import { openMongo } from '@verbatim/mongo';
import type { CollectionDefinition } from '../state-store.js';
import { fieldsOf, pathOf } from './state-rows.js';
import type { StateRow } from './state-rows.js';

/** An index over many documents takes long, once. */
const INDEXING_MAX_MS = 600_000;
const PAGE_ROWS = 500;

/** The database collection of a collection of State. */
export const rowsNameOf = ({ name }: CollectionDefinition): string => `state_${name}`;

const ROWS_NAME = /^state_([a-z][a-z0-9-]*)$/;
const INDEX_NAME = /^by_([^_]+)$/;

/** By collection of State, the fields that have an index. Whatever else is in the database is left out. */
export const indexedFieldsIn = async (db: Db): Promise<ReadonlyMap<string, readonly string[]>> => {
  const found = new Map<string, readonly string[]>();
  for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray()) {
    const [, collection] = ROWS_NAME.exec(name) ?? [];
    if (collection === undefined) continue;
    const indexes = await db.collection(name).listIndexes().toArray();
    const fields = indexes.map((index: { readonly name?: string }) => INDEX_NAME.exec(index.name ?? '')?.[1]);
    found.set(
      collection,
      fields.filter((field) => field !== undefined),
    );
  }
  return found;
};

/**
 * Brings the indexes, and the rows from before them, to what is declared. Indexes that are declared no more stay: a process of the
 * release before may still run and use them.
 */
export const defineIndexes = async (url: string, definition: CollectionDefinition): Promise<void> => {
  const { indexedFields = [] } = definition;
  if (indexedFields.length === 0) return;
  const { db, bounded, close } = await openMongo(url, { variable: 'STATE_URL', callMaxMs: INDEXING_MAX_MS });
  try {
    const rows = db.collection<StateRow>(rowsNameOf(definition));
    for (const field of indexedFields) {
      await bounded(() => rows.createIndex({ [pathOf(field)]: 1, _id: 1 }, { name: `by_${field}` }));
      await bounded(() => indexRowsWithout(field, rows));
    }
  } finally {
    await close();
  }
};

/** Rows that were written before the field was indexed, or by a release that does not know it. */
const indexRowsWithout = async (field: string, rows: Rows<StateRow>): Promise<void> => {
  const projection = { text: 1, writtenBy: 1 };
  for (;;) {
    const page = await rows.find({ [pathOf(field)]: { $exists: false } }, { projection, limit: PAGE_ROWS }).toArray();
    if (page.length === 0) return;
    const operations = page.map(({ _id, text, writtenBy }) => ({
      // A row that was written meanwhile is left alone; if its writer does not know the field it is in the next page again.
      updateOne: {
        filter: { _id, writtenBy },
        update: { $set: { [pathOf(field)]: fieldsOf(text, [field])[field] ?? false } },
      },
    }));
    await rows.bulkWrite(operations, { ordered: false });
  }
};
