import type { Database } from 'better-sqlite3';
import type { AnyCollection } from '../projection/collection.js';
import { projections } from '../projections.js';
import type { ProjectionName } from '../read-models.js';
import type { ActivationOutcome, Build, BuildRecord, Generation, WriteOutcome } from '../read-model-store.js';
import { BuildRecordsWriter } from './build-records.js';
import { BuildTables, createTables, dropTables, type Keys } from './build-tables.js';
import { KeyWriter } from './key-map.js';
import { openForWriting } from './read-models-file.js';
import type { FlatBuildChanges, WriterOptions } from './writer-messages.js';

/** Thrown inside a transaction to roll it back. */
class SupersededError extends Error {}

const FIRST_GENERATION = 1 as Generation;

const collectionsOf = (name: ProjectionName): readonly AnyCollection[] => {
  const projection = projections.find((candidate) => candidate.name === name);
  if (projection === undefined) throw new Error(`no projection ${name}`);
  return projection.collections;
};

/** The write connection. Documents and checkpoint move in one transaction. */
export class Writer {
  readonly #database: Database;
  readonly #builds: BuildRecordsWriter;
  readonly #keys: Keys;
  readonly #tables = new Map<string, BuildTables>();

  constructor({ file, log }: WriterOptions) {
    this.#database = openForWriting(file, log);
    this.#builds = new BuildRecordsWriter(this.#database);
    this.#keys = {
      conversations: new KeyWriter(this.#database, 'conversation_keys'),
      users: new KeyWriter(this.#database, 'user_keys'),
    };
    this.#transact(() => this.#createMissingBuilds());
  }

  builds(): readonly BuildRecord[] {
    return this.#builds.all();
  }

  write(batch: readonly FlatBuildChanges[]): WriteOutcome {
    try {
      this.#transact(() => {
        for (const changes of batch) this.#writeBuild(changes);
      });
      return 'written';
    } catch (error) {
      if (error instanceof SupersededError) return 'superseded';
      throw error;
    }
  }

  startBuild(projection: ProjectionName): Build {
    const collections = collectionsOf(projection);
    return this.#transact(() => {
      const records = this.#builds.all().filter((record) => record.projection === projection);
      // Above every generation that there is: a writer of a build that was thrown away must not write into this one.
      const generation = (Math.max(...records.map((record) => record.generation)) + 1) as Generation;
      for (const record of records) if (record.status === 'building') this.#drop(record);
      const build: Build = { projection, generation };
      createTables(this.#database, build, collections);
      this.#builds.insert(build, 'building');
      return build;
    });
  }

  activate(build: Build): ActivationOutcome {
    return this.#transact(() => {
      const records = this.#builds.all().filter(({ projection }) => projection === build.projection);
      const mine = records.find(({ generation }) => generation === build.generation);
      if (mine === undefined) return 'superseded';
      if (mine.status === 'active') return 'activated';
      const active = records.find(({ status }) => status === 'active');
      const reached = mine.checkpoint?.position ?? -1n;
      if (active !== undefined && (active.checkpoint?.position ?? -1n) > reached) return 'behind';
      this.#builds.setActive(build);
      // Readers choose their tables inside the transaction they read in: none is left that could still want the old ones.
      if (active !== undefined) this.#drop(active);
      return 'activated';
    });
  }

  close(): void {
    this.#database.close();
  }

  #createMissingBuilds(): void {
    const known = new Set(this.#builds.all().map(({ projection }) => projection));
    for (const { name, collections } of projections) {
      if (known.has(name)) continue;
      const build: Build = { projection: name, generation: FIRST_GENERATION };
      createTables(this.#database, build, collections);
      this.#builds.insert(build, 'active');
    }
  }

  #writeBuild(changes: FlatBuildChanges): void {
    if (!this.#builds.advance(changes, changes.position, changes.eventId)) throw new SupersededError();
    const tables = this.#tablesOf(changes);
    for (const rows of changes.rows) tables.write(rows);
  }

  #tablesOf(build: Build): BuildTables {
    const id = `${build.projection}/${build.generation}`;
    const known = this.#tables.get(id);
    if (known !== undefined) return known;
    const tables = new BuildTables(this.#database, build, collectionsOf(build.projection), this.#keys);
    this.#tables.set(id, tables);
    return tables;
  }

  #drop(build: Build): void {
    this.#tables.delete(`${build.projection}/${build.generation}`);
    this.#builds.delete(build);
    dropTables(this.#database, build, collectionsOf(build.projection));
  }

  #transact<Result>(work: () => Result): Result {
    try {
      return this.#database.transaction(work).immediate();
    } catch (error) {
      this.#keys.conversations.forget();
      this.#keys.users.forget();
      throw error;
    }
  }
}
