import type { Document } from 'mongodb';
import type { EventId, LogIdentity, Position } from '@verbatim/event-store';
import { projections } from '../projections.js';
import type { Checkpoint, ProjectionName } from '../read-models.js';
import type { Build, BuildRecord, Generation } from '../read-model-store.js';

/** Holds what is known of the database as a whole: whose it is, and the builds of each projection. */
export const RECORDS_COLLECTION = 'read_models';
/** Rises when anything but a projection's documents changes its shape. */
export const LAYOUT_VERSION = 1;

/** Which log the documents are folded from. Written first: a database with it is ours. */
export const LOG_RECORD_ID = 'log';
export type LogRecord = {
  readonly _id: typeof LOG_RECORD_ID;
  readonly layout: number;
  readonly logId: string;
  readonly epoch: number;
};

/** Before the first event: lower than every position, so that one comparison serves all. */
export const NOTHING_FOLDED = -1n as Position;

export type StoredBuild = {
  readonly generation: Generation;
  readonly position: Position;
  readonly eventId: EventId | null;
};
export type ReplacedBuild = { readonly generation: Generation; readonly replacedAtMs: number };

/** The builds of one projection. A document is changed as a whole or not at all: so are all of these. */
export type BuildsRecord = {
  readonly _id: ProjectionName;
  /** Rises with every change but that of a position. */
  readonly revision: number;
  /** Highest that was ever given: none is given twice. */
  readonly lastGeneration: Generation;
  readonly active: StoredBuild;
  readonly building: StoredBuild | null;
  /** Still there for readers that have not followed yet. */
  readonly replaced: readonly ReplacedBuild[];
};

export type Records = {
  readonly log: LogRecord | null;
  readonly builds: ReadonlyMap<ProjectionName, BuildsRecord>;
};

export const RECORD_IDS: readonly string[] = [LOG_RECORD_ID, ...projections.map(({ name }) => name)];

export const emptyBuild = (generation: Generation): StoredBuild => ({
  generation,
  position: NOTHING_FOLDED,
  eventId: null,
});

export const firstRecord = (projection: ProjectionName, generation: Generation): BuildsRecord => ({
  _id: projection,
  revision: 0,
  lastGeneration: generation,
  active: emptyBuild(generation),
  building: null,
  replaced: [],
});

export const recordsOf = (stored: readonly Document[]): Records => {
  const log = (stored.find(({ _id }) => _id === LOG_RECORD_ID) as LogRecord | undefined) ?? null;
  const builds = new Map<ProjectionName, BuildsRecord>();
  for (const record of stored as readonly BuildsRecord[])
    if ((record._id as string) !== LOG_RECORD_ID) builds.set(record._id, record);
  return { log, builds };
};

export const isOfLog = (record: LogRecord, { logId, epoch }: LogIdentity): boolean =>
  record.logId === logId && record.epoch === epoch;

export type Slot = 'active' | 'building';

/** Where a record holds a build; null: the build is no more. */
export const slotOf = (record: BuildsRecord | undefined, { generation }: Pick<Build, 'generation'>): Slot | null => {
  if (record?.active.generation === generation) return 'active';
  return record?.building?.generation === generation ? 'building' : null;
};

export const checkpointOf = ({ position, eventId }: StoredBuild): Checkpoint | null =>
  eventId === null ? null : { position, eventId };

export const buildRecordsOf = ({ _id: projection, active, building }: BuildsRecord): readonly BuildRecord[] => {
  const recordOf = (build: StoredBuild, status: Slot): BuildRecord => ({
    projection,
    generation: build.generation,
    status,
    checkpoint: checkpointOf(build),
  });
  return building === null
    ? [recordOf(active, 'active')]
    : [recordOf(active, 'active'), recordOf(building, 'building')];
};
