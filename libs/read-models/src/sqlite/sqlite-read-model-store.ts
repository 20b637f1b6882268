import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogIdentity } from '@verbatim/event-store';
import { CheckpointWatch } from '../checkpoint-watch.js';
import type { AnyCollection, Collection, DocumentId, Guarded } from '../projection/collection.js';
import type { ProjectionName, ReadModels } from '../read-models.js';
import type {
  ActivationOutcome,
  Build,
  BuildChanges,
  BuildRecord,
  ReadModelStore,
  ScannedDocument,
  WriteOutcome,
} from '../read-model-store.js';
import { flatChangesOf } from './flat-rows.js';
import { inboxQueries } from './queries/inbox.queries.js';
import { membershipQueries } from './queries/membership.queries.js';
import { messageIdsQueries } from './queries/message-ids.queries.js';
import { timelineQueries } from './queries/timeline.queries.js';
import { userQueries } from './queries/users.queries.js';
import { ReadConnection } from './read-connection.js';
import { scanDocuments } from './stored-documents.js';
import { WriterClient } from './writer-client.js';

export type SqliteReadModelsOptions = {
  /** Path of the file, or `memory:` for one that goes with the store. */
  readonly file: string;
  /** The log that the documents are folded from. */
  readonly log: LogIdentity;
};

/**
 * Opens the read models of one log, and makes them, empty, when there are none.
 * @throws ForeignReadModelsError, OtherLogReadModelsError, DamagedReadModelsError
 */
export const openSqliteReadModels = async ({ file, log }: SqliteReadModelsOptions): Promise<ReadModelStore> => {
  const folder = file === 'memory:' ? await mkdtemp(join(tmpdir(), 'verbatim-read-models-')) : null;
  const path = folder === null ? file : join(folder, 'read-models.db');
  const dispose = async (): Promise<void> => {
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  };
  try {
    const writer = await WriterClient.open({ file: path, log });
    return new SqliteReadModelStore(path, writer, dispose);
  } catch (error) {
    await dispose();
    throw error;
  }
};

class SqliteReadModelStore implements ReadModelStore {
  readonly readModels: ReadModels;
  readonly #connection: ReadConnection;
  readonly #watch = new CheckpointWatch();
  #closed: Promise<void> | undefined;

  constructor(
    private readonly file: string,
    private readonly writer: WriterClient,
    private readonly dispose: () => Promise<void>,
  ) {
    this.#connection = new ReadConnection(file);
    this.#refreshWatch();
    this.readModels = {
      membership: membershipQueries(this.#connection),
      timeline: timelineQueries(this.#connection),
      inbox: inboxQueries(this.#connection),
      users: userQueries(this.#connection),
      messageIds: messageIdsQueries(this.#connection),
      checkpoint: async (projection) => this.#connection.read((view) => view.active(projection).checkpoint),
      waitUntil: (names, position, timeoutMs) => this.#watch.wait(names, position, timeoutMs),
      close: () => this.close(),
    };
  }

  builds(): Promise<readonly BuildRecord[]> {
    return this.writer.call('builds', null);
  }

  startBuild(projection: ProjectionName): Promise<Build> {
    return this.writer.call('startBuild', projection);
  }

  async activate(build: Build): Promise<ActivationOutcome> {
    const outcome = await this.writer.call('activate', build);
    this.#refreshWatch();
    return outcome;
  }

  async load<Document extends Guarded>(
    build: Build,
    collection: Collection<Document>,
    ids: readonly DocumentId[],
  ): Promise<readonly (Document | null)[]> {
    return this.#connection.load(build, collection, ids) as (Document | null)[];
  }

  async write(batch: readonly BuildChanges[]): Promise<WriteOutcome> {
    const outcome = await this.writer.call('write', batch.map(flatChangesOf));
    if (outcome === 'written') this.#refreshWatch();
    return outcome;
  }

  async *scan(build: Build, collection: AnyCollection): AsyncIterable<ScannedDocument> {
    yield* scanDocuments(this.file, build, collection);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** Read back rather than taken from what was written: a build that is not the active one moves nobody. */
  #refreshWatch(): void {
    this.#connection.read((view) => {
      for (const { projection, checkpoint } of view.allActive()) this.#watch.set(projection, checkpoint);
    });
    this.#watch.wake();
  }

  async #close(): Promise<void> {
    this.#watch.close();
    this.#connection.close();
    await this.writer.close();
    await this.dispose();
  }
}
