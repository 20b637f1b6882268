import type { Database, Statement } from 'better-sqlite3';
import type { AnyCollection, DocumentId } from '../projection/collection.js';
import type { ProjectionName } from '../read-models.js';
import type { Build, BuildRecord } from '../read-model-store.js';
import { SupersededBuildError } from '../superseded-build-error.js';
import { BuildRecords } from './build-records.js';
import { KeyReader } from './key-map.js';
import { fileProblemOfCode } from './file-problem.js';
import { openForReading } from './read-models-file.js';
import { DocumentLoader } from './stored-documents.js';
import { tableOf } from './table-layout.js';

type Bound = string | number | Buffer | null;

/** A query over the tables of one projection's active build. */
export type Query<Row> = {
  readonly projection: ProjectionName;
  readonly sql: (table: (collection: AnyCollection) => string) => string;
  /** Never set: carries the type of a row. */
  readonly row?: Row;
};

/** What one read sees: documents and checkpoints of the same instant. */
export type ReadView = {
  readonly active: (projection: ProjectionName) => BuildRecord;
  readonly allActive: () => readonly BuildRecord[];
  readonly prepare: <Row>(query: Query<Row>) => Statement<Bound[], Row>;
  readonly conversations: KeyReader;
  readonly users: KeyReader;
};

/** A read-only connection. Every read is one transaction: a snapshot, whatever is being written. */
export class ReadConnection {
  readonly #database: Database;
  readonly #builds: BuildRecords;
  readonly #statements = new Map<Query<unknown>, { generation: number; statement: Statement<Bound[], unknown> }>();
  readonly #loaders = new Map<string, DocumentLoader>();
  readonly #view: ReadView;
  readonly #transact: <Result>(work: (view: ReadView) => Result) => Result;
  #active: readonly BuildRecord[] = [];

  constructor(private readonly file: string) {
    this.#database = openForReading(file);
    this.#builds = new BuildRecords(this.#database);
    this.#view = {
      active: (projection) => this.#activeBuild(projection),
      allActive: () => this.#active,
      prepare: (query) => this.#prepare(query),
      conversations: new KeyReader(this.#database, 'conversation_keys'),
      users: new KeyReader(this.#database, 'user_keys'),
    };
    const transaction = this.#database.transaction((work: (view: ReadView) => unknown) => {
      this.#active = this.#builds.active();
      return work(this.#view);
    });
    this.#transact = transaction as <Result>(work: (view: ReadView) => Result) => Result;
  }

  /** @throws DamagedReadModelsError */
  read<Result>(work: (view: ReadView) => Result): Result {
    try {
      return this.#transact(work);
    } catch (error) {
      throw fileProblemOfCode(this.file, (error as { code?: unknown }).code) ?? error;
    }
  }

  /** Of any build, the one under way too. In the order of the ids. @throws SupersededBuildError */
  load(build: Build, collection: AnyCollection, ids: readonly DocumentId[]): (object | null)[] {
    return this.read((view) => {
      const isThere = this.#builds
        .all()
        .some(({ projection, generation }) => projection === build.projection && generation === build.generation);
      if (!isThere) throw new SupersededBuildError(build);
      const loader = this.#loaderOf(build, collection, view);
      return ids.map((id) => loader.load(id));
    });
  }

  close(): void {
    this.#database.close();
  }

  #loaderOf(build: Build, collection: AnyCollection, view: ReadView): DocumentLoader {
    const table = tableOf(collection, build.generation);
    const known = this.#loaders.get(table);
    if (known !== undefined) return known;
    const loader = new DocumentLoader(this.#database, build, collection, view);
    this.#loaders.set(table, loader);
    return loader;
  }

  #activeBuild(projection: ProjectionName): BuildRecord {
    for (const build of this.#active) if (build.projection === projection) return build;
    throw new Error(`no active build of ${projection}`);
  }

  #prepare<Row>(query: Query<Row>): Statement<Bound[], Row> {
    const { generation } = this.#activeBuild(query.projection);
    const known = this.#statements.get(query);
    if (known?.generation === generation) return known.statement as Statement<Bound[], Row>;
    const sql = query.sql((collection) => tableOf(collection, generation));
    const statement = this.#database.prepare<Bound[], Row>(sql);
    this.#statements.set(query, { generation, statement });
    return statement;
  }
}
