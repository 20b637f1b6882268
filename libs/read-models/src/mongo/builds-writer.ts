import type { Document } from 'mongodb';
import type { ActivationOutcome, Build, BuildChanges, Generation, WriteOutcome } from '../read-model-store.js';
import type { ProjectionName } from '../read-models.js';
import { createIndexes, dropBuild, dropOrphans } from './build-collections.js';
import { emptyBuild, RECORDS_COLLECTION, slotOf, type BuildsRecord, type Records } from './builds-record.js';
import { storedCollection, type StoredCollection } from './collection-layout.js';
import type { Connection } from './connection.js';
import { RECORD_CHANGE_MAX_TRIES, REPLACED_BUILD_KEPT_MS } from './mongo-limits.js';
import { readRecords } from './records-reader.js';

/** A change of a record, made only while it is as it was when the change was decided; null: nothing is to be changed. */
type RecordChange = { readonly set: Partial<BuildsRecord>; readonly onlyWhile?: Document } | null;

/** Changes which builds there are, and how far they are, each by one guarded write. */
export class BuildsWriter {
  constructor(
    private readonly connection: Connection,
    private readonly nowMs: () => number,
  ) {}

  async start(projection: ProjectionName): Promise<Build> {
    await this.dropReplaced(projection);
    const before = await this.#change(projection, ({ lastGeneration }) => {
      // Above every generation that there was: a writer of a build that was thrown away must not write into this one.
      const generation = (lastGeneration + 1) as Generation;
      return { set: { lastGeneration: generation, building: emptyBuild(generation) } };
    });
    const generation = (before.lastGeneration + 1) as Generation;
    if (before.building !== null) await dropBuild(this.connection, projection, before.building.generation);
    await createIndexes(this.connection, projection, generation);
    return { projection, generation };
  }

  async activate(build: Build): Promise<ActivationOutcome> {
    let outcome: ActivationOutcome = 'activated';
    await this.#change(build.projection, (record) => {
      const slot = slotOf(record, build);
      const { active, building } = record;
      if (slot === 'active') outcome = 'activated';
      else if (slot === null || building === null) outcome = 'superseded';
      else if (building.position < active.position) outcome = 'behind';
      else {
        outcome = 'activated';
        const replaced = [...record.replaced, { generation: active.generation, replacedAtMs: this.nowMs() }];
        const onlyWhile = { 'building.position': building.position, 'active.position': { $lte: building.position } };
        return { set: { active: building, building: null, replaced }, onlyWhile };
      }
      return null;
    });
    return outcome;
  }

  /** Moves the checkpoints, which only rise. After the documents. */
  async advance(batch: readonly BuildChanges[], records: Records): Promise<WriteOutcome> {
    let waiting = batch;
    for (let seen = records, tries = 0; tries < RECORD_CHANGE_MAX_TRIES; tries += 1) {
      const due: BuildChanges[] = [];
      for (const changes of waiting) {
        const record = seen.builds.get(changes.projection);
        const slot = slotOf(record, changes);
        if (record === undefined || slot === null) return 'superseded';
        if ((record[slot]?.position ?? changes.checkpoint.position) < changes.checkpoint.position) due.push(changes);
      }
      if (due.length === 0) return 'written';
      if ((await this.#raise(due, seen)) === due.length) return 'written';
      waiting = due;
      seen = await readRecords(this.connection);
    }
    throw new Error('the builds of the read models change too often to be written to');
  }

  /** Drops builds that every reader has left behind. */
  async dropReplaced(projection: ProjectionName): Promise<void> {
    const record = await this.#read(projection);
    for (const { generation } of this.#due(record)) await dropBuild(this.connection, projection, generation);
    await this.#change(projection, (now) => {
      const due = this.#due(record).map(({ generation }) => generation);
      const replaced = now.replaced.filter(({ generation }) => !due.includes(generation));
      return replaced.length === now.replaced.length ? null : { set: { replaced } };
    });
    await dropOrphans(this.connection, await this.#read(projection));
  }

  hasReplaced(record: BuildsRecord): boolean {
    return this.#due(record).length > 0;
  }

  #due({ replaced }: BuildsRecord): BuildsRecord['replaced'] {
    return replaced.filter(({ replacedAtMs }) => this.nowMs() - replacedAtMs >= REPLACED_BUILD_KEPT_MS);
  }

  /** @returns how many checkpoints there were to raise; those that another process raised or moved are not among them */
  async #raise(batch: readonly BuildChanges[], { builds }: Records): Promise<number> {
    const operations = batch.map(({ projection, generation, checkpoint: { position, eventId } }) => {
      const slot = slotOf(builds.get(projection), { generation });
      return {
        updateOne: {
          filter: { _id: projection, [`${slot}.generation`]: generation, [`${slot}.position`]: { $lt: position } },
          update: { $set: { [`${slot}.position`]: position, [`${slot}.eventId`]: eventId } },
        },
      };
    });
    const { matchedCount } = await this.connection.call(() => this.#records.bulkWrite(operations, { ordered: false }));
    return matchedCount;
  }

  /** @returns the record as it was when the change was decided */
  async #change(projection: ProjectionName, decide: (record: BuildsRecord) => RecordChange): Promise<BuildsRecord> {
    for (let tries = 0; tries < RECORD_CHANGE_MAX_TRIES; tries += 1) {
      const record = await this.#read(projection);
      const change = decide(record);
      if (change === null) return record;
      const { revision } = record;
      const filter = { _id: projection, revision, ...change.onlyWhile };
      const update = { $set: { ...change.set, revision: revision + 1 } };
      const { matchedCount } = await this.connection.call(() => this.#records.updateOne(filter, update));
      if (matchedCount === 1) return record;
    }
    throw new Error(`the builds of ${projection} change too often to be changed`);
  }

  async #read(projection: ProjectionName): Promise<BuildsRecord> {
    const record = (await readRecords(this.connection)).builds.get(projection);
    if (record === undefined) throw new Error(`no builds of ${projection}`);
    return record;
  }

  get #records(): StoredCollection {
    return storedCollection(this.connection.db, RECORDS_COLLECTION);
  }
}
