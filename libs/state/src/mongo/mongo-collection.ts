import type { Collection as Rows, Filter } from 'mongodb';
import { mongoFailureOf } from '@verbatim/mongo';
import { checkId, checkIndexed, checkPage, checkPrefix, checkVersion, endOfPrefix } from '../document-rules.js';
import type { Collection, CollectionDefinition, Page, StoredDocument } from '../state-store.js';
import { OvertakenError, UnresolvedError } from './state-calls.js';
import type { StateCalls } from './state-calls.js';
import { contentOf, indexedText, pathOf, storedDocumentOf } from './state-rows.js';
import type { StateRow } from './state-rows.js';

const CONTENT = { version: 1, text: 1 };

/**
 * Guards carry everything: the primary key, the version, and a token of its own in every write. A reply that was lost is asked for
 * by that token, so that a write that was repeated is told what became of it and never takes itself for somebody else's.
 */
export class MongoCollection<T extends object> implements Collection<T> {
  constructor(
    private readonly rows: Rows<StateRow>,
    private readonly calls: StateCalls,
    private readonly definition: CollectionDefinition,
  ) {}

  async get(id: string): Promise<StoredDocument<T> | null> {
    checkId(id);
    const row = await this.calls.read(() => this.rows.findOne({ _id: id }, { projection: CONTENT }));
    return row === null ? null : storedDocumentOf<T>(row);
  }

  async insert(id: string, document: T, version = 1): Promise<'inserted' | 'exists'> {
    checkId(id);
    checkVersion(version);
    const content = contentOf(document, this.definition.indexedFields ?? []);
    const row: StateRow = { _id: id, version, ...content, insertedBy: content.writtenBy };
    return this.calls.write(async (isUnclear) => {
      try {
        await this.rows.insertOne(row);
        return 'inserted';
      } catch (error) {
        if (mongoFailureOf(error) !== 'duplicate-key') throw error;
        return this.whoseInsert(row, isUnclear);
      }
    });
  }

  async replace(id: string, document: T, expectedVersion: number): Promise<boolean> {
    checkId(id);
    const content = contentOf(document, this.definition.indexedFields ?? []);
    const update = { $set: { ...content, version: expectedVersion + 1 } };
    return this.calls.write(async (isUnclear) => {
      const { matchedCount } = await this.rows.updateOne({ _id: id, version: expectedVersion }, update);
      if (matchedCount === 1 || !isUnclear) return matchedCount === 1;
      const row = await this.rows.findOne({ _id: id }, { projection: { writtenBy: 1 } });
      if (row?.writtenBy === content.writtenBy) return true;
      throw new UnresolvedError('the document was written again before the outcome of its replacement was known');
    });
  }

  async delete(id: string, expectedVersion?: number): Promise<boolean> {
    checkId(id);
    const filter = { _id: id, ...(expectedVersion === undefined ? {} : { version: expectedVersion }) };
    let target: string | undefined;
    return this.calls.write(async (isUnclear) => {
      const row = await this.rows.findOne(filter, { projection: { writtenBy: 1 } });
      if (isUnclear && target !== undefined && row?.writtenBy !== target) {
        throw new UnresolvedError('the document is gone, or another one, before the outcome of its removal was known');
      }
      if (row === null) return false;
      target = row.writtenBy;
      const { deletedCount } = await this.rows.deleteOne({ _id: id, writtenBy: target });
      if (deletedCount === 1) return true;
      throw new OvertakenError('the document changed while it was deleted');
    });
  }

  async find(field: string, value: string, page: Page): Promise<readonly StoredDocument<T>[]> {
    checkIndexed(this.definition, field);
    checkPage(page);
    return this.select({ [pathOf(field)]: indexedText(value), _id: { $gt: page.after ?? '' } }, page.limit);
  }

  async list(prefix: string, page: Page): Promise<readonly StoredDocument<T>[]> {
    checkPrefix(prefix);
    checkPage(page);
    return this.select({ _id: { $gte: prefix, $lt: endOfPrefix(prefix), $gt: page.after ?? '' } }, page.limit);
  }

  private async select(filter: Filter<StateRow>, limit: number): Promise<readonly StoredDocument<T>[]> {
    const cursor = () => this.rows.find(filter, { projection: CONTENT, sort: { _id: 1 }, limit, batchSize: limit });
    const rows = await this.calls.read(() => cursor().toArray());
    return rows.map((row) => storedDocumentOf<T>(row));
  }

  /** The id is taken: by somebody else's insert, or by this one, whose reply was lost. */
  private async whoseInsert({ _id, insertedBy }: StateRow, isUnclear: boolean): Promise<'inserted' | 'exists'> {
    const present = await this.rows.findOne({ _id }, { projection: { insertedBy: 1 } });
    if (present?.insertedBy === insertedBy) return 'inserted';
    if (present === null && isUnclear) {
      throw new UnresolvedError('the document was deleted before the outcome of its insert was known');
    }
    return 'exists';
  }
}
