import type { EventStore } from '@verbatim/event-store';
import { OperatorError, pause, systemClock } from '@verbatim/platform';
import {
  projections as allProjections,
  type Build,
  type Projection,
  type ProjectionName,
  type ReadModelStore,
} from '@verbatim/read-models';
import { isOfBuild, type ParkedEvents, type ParkedEventsStore } from '../parked/parked-events.js';
import { ProjectionFeed } from '../runner/projection-feed.js';
import { ProjectionLane } from '../runner/projection-lane.js';

/** Wait before asking again whether a build has caught up with the active one, ms. */
const ACTIVATION_RETRY_MS = 20;

/**
 * Events written together. More than the running server takes, which must not keep its event loop from others: in a large batch
 * many events share a page, which takes a third off the cost of writing.
 */
const REBUILD_BATCH_MAX_EVENTS = 8_000;

export type RebuildOptions = {
  readonly eventStore: EventStore;
  readonly store: ReadModelStore;
  readonly parkedEvents: ParkedEventsStore;
  /** Default: all. */
  readonly names?: readonly ProjectionName[];
  /** After every write; `events` counts from the start of the log. */
  readonly onProgress?: (progress: { readonly events: number }) => void;
};

export type RebuildReport = {
  readonly events: number;
  readonly projections: readonly ProjectionName[];
  /** Subjects whose events could not be folded this time. */
  readonly parkedCount: number;
};

/** A projection met an event that it may not leave out. The builds under way are thrown away by the next rebuild. */
export class RebuildStoppedError extends OperatorError {
  override readonly name = 'RebuildStoppedError';

  constructor(projection: ProjectionName, reason: string) {
    super(`${projection} cannot be rebuilt: ${reason}; the read model stays as it was`);
  }
}

/**
 * Folds the whole log into new builds beside the active ones, which go on being read and written, and switches each when it is
 * as far as the one it replaces. Causes nothing but read models: reactors do not run.
 * @throws RebuildStoppedError
 */
export const rebuild = async (options: RebuildOptions): Promise<RebuildReport> => {
  const { eventStore, store, parkedEvents, names } = options;
  const chosen = allProjections.filter(({ name }) => names === undefined || names.includes(name));
  const lanes: ProjectionLane[] = [];
  for (const projection of chosen) {
    const build = await store.startBuild(projection.name);
    // Of an earlier file of read models, which was thrown away.
    await forgetParked(parkedEvents, (parked) => isOfBuild(parked, build));
    lanes.push(laneOf(projection, build, store, parkedEvents));
  }
  let events = 0;
  let brokenBy: Error | null = null;
  const observer = {
    onWritten: (entries: readonly unknown[]) => {
      events += entries.length;
      options.onProgress?.({ events });
    },
    onRetry: (error: unknown) => {
      brokenBy = error as Error;
      void feed.close();
    },
    onEnded: (reason: 'superseded' | Error) => {
      brokenBy = reason === 'superseded' ? new OperatorError('another rebuild was started; this one ends') : reason;
    },
  };
  const feed = new ProjectionFeed({ eventStore, store, lanes, observer, batchMaxEvents: REBUILD_BATCH_MAX_EVENTS });
  try {
    for (const lane of lanes) await activate(feed, lane, options);
    const parkedCount = lanes.reduce((count, { parked }) => count + parked.length, 0);
    return { events, projections: chosen.map(({ name }) => name), parkedCount };
  } catch (error) {
    throw brokenBy ?? error;
  } finally {
    await feed.close();
  }
};

const laneOf = (
  projection: Projection,
  build: Build,
  store: ReadModelStore,
  parkedEvents: ParkedEventsStore,
): ProjectionLane =>
  new ProjectionLane(projection, { ...build, status: 'building', checkpoint: null }, [], {
    store,
    parkedEvents,
    clock: systemClock,
    onPoison: () => undefined,
  });

const activate = async (feed: ProjectionFeed, lane: ProjectionLane, options: RebuildOptions): Promise<void> => {
  for (;;) {
    await feed.whenCaughtUp();
    if (lane.stoppedBy !== null) throw new RebuildStoppedError(lane.projection.name, lane.stoppedBy);
    const outcome = await feed.between(() => switchTo(lane, options));
    if (outcome === 'activated') return;
    if (outcome === 'superseded') throw new OperatorError('another rebuild was started; this one ends');
    await pause(ACTIVATION_RETRY_MS);
  }
};

/** What is parked is kept by build, so that it goes with the build that readers see; that of replaced builds is of no use any more. */
const switchTo = async ({ build }: ProjectionLane, { store, parkedEvents }: RebuildOptions) => {
  const outcome = await store.activate(build);
  if (outcome !== 'activated') return outcome;
  await forgetParked(parkedEvents, (parked) => parked.projection === build.projection && !isOfBuild(parked, build));
  return outcome;
};

const forgetParked = async (store: ParkedEventsStore, isStale: (parked: ParkedEvents) => boolean): Promise<void> => {
  for (const parked of await store.all()) if (isStale(parked)) await store.remove(parked);
};
