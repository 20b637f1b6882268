import type { EventStore } from '@verbatim/event-store';
import type { ProjectionLane } from './projection-lane.js';

/** Lanes that are this close share one reading of the log; those ahead skip what they have. */
const NEAR_MAX_EVENTS = 1_000;

const positionOf = ({ checkpoint }: ProjectionLane): bigint => checkpoint?.position ?? -1n;

/**
 * Lanes that read together: most of the time all of them. One that is far behind (a new projection, one that was stopped)
 * catches up by itself, so that nobody waits for it.
 */
export const groupByDistance = async (
  eventStore: EventStore,
  lanes: readonly ProjectionLane[],
): Promise<readonly (readonly ProjectionLane[])[]> => {
  const sorted = [...lanes].sort((one, other) => (positionOf(one) < positionOf(other) ? -1 : 1));
  const groups: ProjectionLane[][] = [];
  for (const lane of sorted) {
    const group = groups.at(-1);
    const first = group?.[0];
    if (first !== undefined && (await isNear(eventStore, first, lane))) group?.push(lane);
    else groups.push([lane]);
  }
  return groups;
};

const isNear = async (eventStore: EventStore, behind: ProjectionLane, ahead: ProjectionLane): Promise<boolean> => {
  if (positionOf(behind) === positionOf(ahead)) return true;
  const after = behind.checkpoint?.position ?? null;
  const { scannedTo } = await eventStore.readAll({ after, maxCount: NEAR_MAX_EVENTS, onUndecodable: () => undefined });
  return scannedTo !== null && scannedTo >= positionOf(ahead);
};
