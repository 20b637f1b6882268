import type { LogIdentity } from '@verbatim/event-store';
import { ReadModelsUnavailableError } from '../errors.js';
import { projections } from '../projections.js';
import {
  isOfLog,
  RECORD_IDS,
  RECORDS_COLLECTION,
  recordsOf,
  type BuildsRecord,
  type Records,
} from './builds-record.js';
import { storedCollection } from './collection-layout.js';
import type { Connection } from './connection.js';
import { ACTIVE_BUILDS_MAX_AGE_MS } from './mongo-limits.js';
import type { ProjectionName } from '../read-models.js';

export const readRecords = async ({ db, call }: Connection): Promise<Records> => {
  const records = storedCollection(db, RECORDS_COLLECTION);
  return recordsOf(await call(() => records.find({ _id: { $in: [...RECORD_IDS] } }).toArray()));
};

/** Whether this is what was opened: of this log, and with a record of every projection. */
export const areWhole = ({ log, builds }: Records, identity: LogIdentity): boolean =>
  log !== null && isOfLog(log, identity) && projections.every(({ name }) => builds.has(name));

/** The builds of every projection at one time. Documents that are read after it are at least as new as its checkpoints. */
export class BuildsView {
  constructor(private readonly builds: ReadonlyMap<ProjectionName, BuildsRecord>) {}

  of(projection: ProjectionName): BuildsRecord {
    const record = this.builds.get(projection);
    if (record === undefined) throw new Error(`no builds of ${projection}`);
    return record;
  }

  get all(): readonly BuildsRecord[] {
    return [...this.builds.values()];
  }
}

/**
 * The records as readers see them. Callers share reads, but each gets one that was started after its call, and one read is under
 * way at a time: what is seen never goes back.
 */
export class RecordsReader {
  #reading: Promise<BuildsView> | null = null;
  #next: Promise<BuildsView> | null = null;
  #recent: { readonly view: BuildsView; readonly readAtMs: number } | null = null;

  constructor(
    private readonly connection: Connection,
    private readonly log: LogIdentity,
    private readonly onRead: (view: BuildsView) => void,
  ) {}

  /** As they are now. @throws ReadModelsUnavailableError */
  fresh(): Promise<BuildsView> {
    if (this.#reading === null) return this.#start();
    // While nothing answers, nobody waits for more than one read.
    this.#next ??= this.#reading.then(
      () => this.#start(),
      (error: unknown) => {
        this.#next = null;
        throw error;
      },
    );
    return this.#next;
  }

  /** As they were `ACTIVE_BUILDS_MAX_AGE_MS` ago at most: enough to know which builds are the active ones. */
  async recent(): Promise<BuildsView> {
    const recent = this.#recent;
    const isRecent = recent !== null && performance.now() - recent.readAtMs <= ACTIVE_BUILDS_MAX_AGE_MS;
    return isRecent ? recent.view : this.fresh();
  }

  #start(): Promise<BuildsView> {
    this.#next = null;
    const reading = this.#read().finally(() => {
      if (this.#reading === reading) this.#reading = null;
    });
    this.#reading = reading;
    return reading;
  }

  async #read(): Promise<BuildsView> {
    const readAtMs = performance.now();
    const records = await readRecords(this.connection);
    if (!areWhole(records, this.log))
      throw new ReadModelsUnavailableError('the database does not hold the read models of this event log any more');
    const view = new BuildsView(records.builds);
    this.#recent = { view, readAtMs };
    this.onRead(view);
    return view;
  }
}
