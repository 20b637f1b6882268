import { READ_PAGE_MAX_EVENTS, type EventStore, type Position } from '@verbatim/event-store';
import { systemClock } from '@verbatim/platform';
import type { BuildChanges, BuildRecord, Projection, ReadModelStore } from '@verbatim/read-models';
import { memoryParkedEvents } from '../parked/memory-parked-events.js';
import { checkpointAt, type LogEntry } from '../runner/log-entry.js';
import { ProjectionLane } from '../runner/projection-lane.js';

export type ReplayTarget = { readonly projection: Projection; readonly upTo: BuildRecord };

/** Folds the log into an empty store, each projection exactly as far as its target. Every record read is checked by the log. */
export const replayTo = async (
  eventStore: EventStore,
  store: ReadModelStore,
  targets: readonly ReplayTarget[],
  onProgress: (events: number) => void,
): Promise<readonly BuildRecord[]> => {
  const builds = await store.builds();
  const lanes = targets.map((target) => ({
    upTo: target.upTo.checkpoint?.position ?? null,
    lane: laneOf(target, builds, store),
  }));
  let events = 0;
  for await (const entries of pagesOf(eventStore)) {
    const batch: BuildChanges[] = [];
    for (const { lane, upTo } of lanes) {
      const wanted = upTo === null ? [] : entries.filter((entry) => checkpointAt(entry).position <= upTo);
      const changes = await lane.fold(wanted);
      if (changes !== null) batch.push(changes);
    }
    if (batch.length > 0) await store.write(batch);
    onProgress((events += entries.length));
  }
  return store.builds();
};

const laneOf = (
  { projection }: ReplayTarget,
  builds: readonly BuildRecord[],
  store: ReadModelStore,
): ProjectionLane => {
  const build = builds.find((candidate) => candidate.projection === projection.name);
  if (build === undefined) throw new Error(`no build of ${projection.name}`);
  const onPoison = (): void => undefined;
  return new ProjectionLane(projection, build, [], {
    store,
    parkedEvents: memoryParkedEvents(),
    clock: systemClock,
    onPoison,
  });
};

/** The whole log, page by page, what cannot be decoded in its place. */
const pagesOf = async function* (eventStore: EventStore): AsyncGenerator<readonly LogEntry[]> {
  for (let after: Position | null = null; ;) {
    const entries: LogEntry[] = [];
    const onUndecodable = (error: LogEntry): void => void entries.push(error);
    const { events, scannedTo, isAtHead } = await eventStore.readAll({
      after,
      maxCount: READ_PAGE_MAX_EVENTS,
      onUndecodable,
    });
    const isSound = entries.length === 0;
    entries.push(...events);
    if (!isSound) entries.sort((one, other) => (checkpointAt(one).position < checkpointAt(other).position ? -1 : 1));
    if (entries.length > 0) yield entries;
    if (isAtHead || scannedTo === null) return;
    after = scannedTo;
  }
};
