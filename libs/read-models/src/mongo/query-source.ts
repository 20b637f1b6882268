import type { AnyCollection } from '../projection/collection.js';
import type { Checkpoint, ProjectionName } from '../read-models.js';
import { checkpointOf } from './builds-record.js';
import { collectionName, storedCollection, type StoredCollection } from './collection-layout.js';
import type { Connection } from './connection.js';
import type { BuildsView, RecordsReader } from './records-reader.js';

/**
 * What one query reads from: the builds that were active when it began. There are no snapshots of several documents, so every
 * query says in which order it reads, and why that order is safe.
 */
export class QueryView {
  constructor(
    readonly connection: Connection,
    private readonly builds: BuildsView,
  ) {}

  collection(projection: ProjectionName, collection: AnyCollection): StoredCollection {
    const { generation } = this.builds.of(projection).active;
    return storedCollection(this.connection.db, collectionName(collection, generation));
  }

  checkpoint(projection: ProjectionName): Checkpoint | null {
    return checkpointOf(this.builds.of(projection).active);
  }
}

export class QuerySource {
  constructor(
    private readonly connection: Connection,
    private readonly records: RecordsReader,
  ) {}

  /** With the checkpoints of now: documents read from the view are complete to them. */
  async now(): Promise<QueryView> {
    return new QueryView(this.connection, await this.records.fresh());
  }

  /** For answers that name no checkpoint. */
  async recent(): Promise<QueryView> {
    return new QueryView(this.connection, await this.records.recent());
  }
}
