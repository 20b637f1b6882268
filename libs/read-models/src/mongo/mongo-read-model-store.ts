import type { LogIdentity, Position } from '@verbatim/event-store';
import type { AnyCollection, Collection, DocumentId, Guarded } from '../projection/collection.js';
import type { ProjectionName, ReadModels } from '../read-models.js';
import type {
  ActivationOutcome,
  Build,
  BuildChanges,
  BuildRecord,
  Generation,
  ReadModelStore,
  ScannedDocument,
  WriteOutcome,
} from '../read-model-store.js';
import { SupersededBuildError } from '../superseded-build-error.js';
import { buildRecordsOf, checkpointOf, slotOf, type Records } from './builds-record.js';
import { BuildsWriter } from './builds-writer.js';
import { CheckpointPoll } from './checkpoint-poll.js';
import type { Connection } from './connection.js';
import { claimDatabase } from './database-owner.js';
import { loadDocuments, scanDocuments } from './document-reader.js';
import { DocumentWriter } from './document-writer.js';
import { areWhole, readRecords, RecordsReader } from './records-reader.js';
import { QuerySource } from './query-source.js';
import { inboxQueries } from './queries/inbox.queries.js';
import { membershipQueries } from './queries/membership.queries.js';
import { messageIdsQueries } from './queries/message-ids.queries.js';
import { timelineQueries } from './queries/timeline.queries.js';
import { userQueries } from './queries/users.queries.js';

export type StoreParts = {
  /** Short calls: queries. */
  readonly reading: Connection;
  /** Long ones: bulk writes, scans, indexes. */
  readonly writing: Connection;
  readonly log: LogIdentity;
  /** How to speak of the database to operators. */
  readonly place: string;
  readonly nowMs: () => number;
  readonly close: () => Promise<void>;
};

export class MongoReadModelStore implements ReadModelStore {
  readonly readModels: ReadModels;
  readonly #records: RecordsReader;
  readonly #poll: CheckpointPoll;
  readonly #builds: BuildsWriter;
  readonly #documents: DocumentWriter;
  readonly #reached = new Map<ProjectionName, { readonly generation: Generation; readonly position: Position }>();
  #lastWrite: Promise<unknown> = Promise.resolve();
  #dropping: Promise<void> | null = null;
  #closed: Promise<void> | undefined;

  constructor(private readonly parts: StoreParts) {
    const { reading, writing, log, nowMs } = parts;
    this.#records = new RecordsReader(reading, log, (view) => this.#poll.tell(view));
    this.#poll = new CheckpointPoll(() => this.#records.fresh());
    this.#builds = new BuildsWriter(writing, nowMs);
    this.#documents = new DocumentWriter(writing);
    const source = new QuerySource(reading, this.#records);
    this.readModels = {
      membership: membershipQueries(source),
      timeline: timelineQueries(source),
      inbox: inboxQueries(source),
      users: userQueries(source),
      messageIds: messageIdsQueries(source),
      checkpoint: async (projection) => checkpointOf((await this.#records.fresh()).of(projection).active),
      waitUntil: (names, position, timeoutMs) => this.#poll.wait(names, position, timeoutMs),
      close: () => this.close(),
    };
  }

  async builds(): Promise<readonly BuildRecord[]> {
    return (await this.#records.fresh()).all.flatMap(buildRecordsOf);
  }

  startBuild(projection: ProjectionName): Promise<Build> {
    return this.#inOrder(() => this.#builds.start(projection));
  }

  activate(build: Build): Promise<ActivationOutcome> {
    return this.#inOrder(async () => {
      const outcome = await this.#builds.activate(build);
      await this.#tellOwnReaders();
      return outcome;
    });
  }

  async load<Document extends Guarded>(
    build: Build,
    collection: Collection<Document>,
    ids: readonly DocumentId[],
  ): Promise<readonly (Document | null)[]> {
    const [documents, view] = await Promise.all([
      loadDocuments(this.parts.writing, collection, build.generation, ids),
      this.#records.fresh(),
    ]);
    if (slotOf(view.of(build.projection), build) === null) throw new SupersededBuildError(build);
    return documents as readonly (Document | null)[];
  }

  write(batch: readonly BuildChanges[]): Promise<WriteOutcome> {
    return this.#inOrder(async () => {
      const outcome = await this.#write(batch);
      if (outcome === 'written' && this.#poll.isAwaited) await this.#tellOwnReaders();
      return outcome;
    });
  }

  scan(build: Build, collection: AnyCollection): AsyncIterable<ScannedDocument> {
    return scanDocuments(this.parts.writing, collection, build.generation);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #write(batch: readonly BuildChanges[]): Promise<WriteOutcome> {
    const records = await readRecords(this.parts.writing);
    if (!areWhole(records, this.parts.log)) {
      // Somebody emptied the database: what was folded is gone, and everything is folded anew.
      await claimDatabase({ ...this.parts, connection: this.parts.writing });
      this.#reached.clear();
      return 'superseded';
    }
    if (batch.some((changes) => this.#isLost(changes, records))) return 'superseded';
    // All of them to their end: what is tried again must not overlap with what was not.
    const outcomes = await Promise.allSettled(batch.map((changes) => this.#writeDocuments(changes)));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    this.#dropReplaced(records);
    const outcome = await this.#builds.advance(batch, records);
    if (outcome === 'written')
      for (const { projection, generation, checkpoint } of batch)
        this.#reached.set(projection, { generation, position: checkpoint.position });
    return outcome;
  }

  /** The build is no more, or it was put back, by a restored copy of the database, to before what was written here. */
  #isLost({ projection, generation }: Build, { builds }: Records): boolean {
    const record = builds.get(projection);
    const slot = slotOf(record, { generation });
    const stored = slot === null ? null : (record?.[slot] ?? null);
    if (stored === null) return true;
    const reached = this.#reached.get(projection);
    const isPutBack = reached?.generation === generation && stored.position < reached.position;
    if (isPutBack) this.#reached.delete(projection);
    return isPutBack;
  }

  /** They would learn of it by themselves a moment later: what is done is done, whether or not they can be told now. */
  async #tellOwnReaders(): Promise<void> {
    await this.#records.fresh().catch(() => undefined);
  }

  async #writeDocuments({ changes, generation }: BuildChanges): Promise<void> {
    for (const documents of changes) await this.#documents.write(documents, generation);
  }

  /** Beside the writes: nobody waits for it, and what fails is tried again after the next write. */
  #dropReplaced({ builds }: Records): void {
    const due = [...builds.values()].find((record) => this.#builds.hasReplaced(record));
    if (due === undefined || this.#dropping !== null) return;
    this.#dropping = this.#builds
      .dropReplaced(due._id)
      .catch(() => undefined)
      .finally(() => {
        this.#dropping = null;
      });
  }

  #inOrder<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#lastWrite.then(work);
    this.#lastWrite = result.catch(() => undefined);
    return result;
  }

  async #close(): Promise<void> {
    this.#poll.close();
    await this.#lastWrite;
    await this.#dropping;
    await this.parts.close();
  }
}
