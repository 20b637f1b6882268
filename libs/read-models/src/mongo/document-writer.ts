import { MongoBulkWriteError, type AnyBulkWriteOperation } from 'mongodb';
import { mongoFailureOf } from '@verbatim/mongo';
import type { CollectionDocuments, Generation } from '../read-model-store.js';
import { collectionName, storedCollection, storedDocumentOf } from './collection-layout.js';
import type { StoredCollection, StoredDocument } from './collection-layout.js';
import type { Connection } from './connection.js';
import { DOCUMENT_OVERHEAD_BYTES, WRITE_CHUNK_MAX_BYTES, WRITE_CHUNK_MAX_DOCUMENTS } from './mongo-limits.js';

type Operation = AnyBulkWriteOperation<StoredDocument>;

/**
 * Writes documents so that writing them again, late, or beside another process changes nothing that is newer: every write
 * carries its guard. Some documents of a call may be written when it fails.
 */
export class DocumentWriter {
  constructor(private readonly connection: Connection) {}

  async write({ collection, documents }: CollectionDocuments, generation: Generation): Promise<void> {
    const target = storedCollection(this.connection.db, collectionName(collection, generation));
    const write = collection.writeRule === 'once' ? this.#insertMissing : this.#replaceOlder;
    // The first of two with one key stays.
    const stored = new Map<string, StoredDocument>();
    for (const document of documents) {
      const one = storedDocumentOf(collection, document);
      if (!stored.has(one._id)) stored.set(one._id, one);
    }
    for (const chunk of chunksOf(stored.values())) await write(target, chunk);
  }

  /** A document that is there stays as it is. */
  readonly #insertMissing = async (target: StoredCollection, documents: readonly StoredDocument[]): Promise<void> => {
    await this.#bulk(
      target,
      documents.map((document) => ({ insertOne: { document } })),
    );
  };

  readonly #replaceOlder = async (target: StoredCollection, documents: readonly StoredDocument[]): Promise<void> => {
    const duplicates = await this.#bulk(
      target,
      documents.map((document) => replaceOlder(document, true)),
    );
    if (duplicates === 'some') await this.#settle(target, documents);
  };

  /**
   * A duplicate key says that the document is as new, or that another process made an older one at the same moment; and some
   * servers write nothing after the first. So: replace what is there, insert what is not, and replace what another inserted
   * meanwhile. Documents are never deleted, so the last step finds all of them.
   */
  async #settle(target: StoredCollection, documents: readonly StoredDocument[]): Promise<void> {
    const replacements = documents.map((document) => replaceOlder(document, false));
    await this.#bulk(target, replacements);
    const ids = documents.map(({ _id }) => _id);
    const there = await this.connection.call(() =>
      target.find({ _id: { $in: ids } }, { projection: { _id: 1 } }).toArray(),
    );
    const known = new Set(there.map(({ _id }) => _id));
    const missing = documents.filter(({ _id }) => !known.has(_id));
    if (missing.length === 0) return;
    const inserted = await this.#bulk(
      target,
      missing.map((document) => ({ insertOne: { document } })),
    );
    if (inserted === 'some') await this.#bulk(target, replacements);
  }

  /** @returns whether some had their key taken */
  async #bulk(target: StoredCollection, operations: readonly Operation[]): Promise<'none' | 'some'> {
    return this.connection.call(async () => {
      try {
        await target.bulkWrite(operations, { ordered: false });
        return 'none';
      } catch (error) {
        if (error instanceof MongoBulkWriteError && mongoFailureOf(error) === 'duplicate-key') return 'some';
        throw error;
      }
    });
  }
}

/** Leaves a document that is as new or newer; with `upsert` that is a duplicate key. */
const replaceOlder = (document: StoredDocument, upsert: boolean): Operation => {
  const { _id, ...replacement } = document;
  return { replaceOne: { filter: { _id, lastPosition: { $lt: document['lastPosition'] } }, replacement, upsert } };
};

const bytesOf = (document: StoredDocument): number => {
  let bytes = DOCUMENT_OVERHEAD_BYTES;
  for (const value of Object.values(document)) if (typeof value === 'string') bytes += Buffer.byteLength(value);
  return bytes;
};

const chunksOf = function* (documents: Iterable<StoredDocument>): Generator<readonly StoredDocument[]> {
  let chunk: StoredDocument[] = [];
  let chunkBytes = 0;
  for (const document of documents) {
    const bytes = bytesOf(document);
    if (chunk.length === WRITE_CHUNK_MAX_DOCUMENTS || chunkBytes + bytes > WRITE_CHUNK_MAX_BYTES) {
      if (chunk.length > 0) yield chunk;
      chunk = [];
      chunkBytes = 0;
    }
    chunk.push(document);
    chunkBytes += bytes;
  }
  if (chunk.length > 0) yield chunk;
};
