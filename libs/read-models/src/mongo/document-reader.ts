import type { AnyCollection, DocumentId } from '../projection/collection.js';
import { scannedDocumentOf } from '../projection/scanned-document.js';
import type { Generation, ScannedDocument } from '../read-model-store.js';
import { collectionName, documentOf, storedCollection, storedIdOfDocument } from './collection-layout.js';
import type { StoredCollection, StoredDocument } from './collection-layout.js';
import type { Connection } from './connection.js';
import { LOOKUP_MAX_IDS, SCAN_PAGE_DOCUMENTS } from './mongo-limits.js';

/** Documents by their stored ids; those that there are. */
export const findByIds = async <Fields extends object>(
  { call }: Connection,
  source: StoredCollection,
  ids: readonly string[],
  projection: Readonly<Record<string, 1>> = {},
): Promise<ReadonlyMap<string, StoredDocument & Fields>> => {
  const found = new Map<string, StoredDocument & Fields>();
  for (let at = 0; at < ids.length; at += LOOKUP_MAX_IDS) {
    const some = ids.slice(at, at + LOOKUP_MAX_IDS);
    const documents = await call(() =>
      source.find({ _id: { $in: some } }, { projection, batchSize: LOOKUP_MAX_IDS }).toArray(),
    );
    for (const document of documents) found.set(document._id, document as unknown as StoredDocument & Fields);
  }
  return found;
};

/** Documents of a build for the fold, in the order of the ids; null where there is none. */
export const loadDocuments = async (
  connection: Connection,
  collection: AnyCollection,
  generation: Generation,
  ids: readonly DocumentId[],
): Promise<readonly (object | null)[]> => {
  const source = storedCollection(connection.db, collectionName(collection, generation));
  const storedIds = ids.map(storedIdOfDocument);
  const found = await findByIds(connection, source, storedIds);
  return storedIds.map((id) => {
    const stored = found.get(id);
    return stored === undefined ? null : documentOf(collection, stored);
  });
};

/** All documents of a collection in the order of their keys, a page at a time. */
export const scanDocuments = async function* (
  { db, call }: Connection,
  collection: AnyCollection,
  generation: Generation,
): AsyncGenerator<ScannedDocument> {
  const source = storedCollection(db, collectionName(collection, generation));
  const cursor = source.find({}, { sort: { _id: 1 }, batchSize: SCAN_PAGE_DOCUMENTS });
  try {
    while (await call(() => cursor.hasNext()))
      for (const stored of cursor.readBufferedDocuments())
        yield scannedDocumentOf(collection, documentOf(collection, stored));
  } finally {
    await cursor.close();
  }
};
