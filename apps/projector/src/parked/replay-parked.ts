import { READ_PAGE_MAX_EVENTS, type EventStore, type Position, type RecordedEvent } from '@verbatim/event-store';
import type { Logger } from '@verbatim/platform';
import { FoldError, type ReadModelStore } from '@verbatim/read-models';
import type { ProjectionLane } from '../runner/projection-lane.js';
import { subjectIdOf, type ParkedEvents } from './parked-events.js';

type Dependencies = { readonly eventStore: EventStore; readonly store: ReadModelStore; readonly logger: Logger };

/**
 * Folds the events of one subject that wait behind a parked one, up to the lane's checkpoint. Nothing else may be folded by
 * the lane meanwhile.
 * @returns false when it cannot be folded this time either: it stays parked, and nothing was changed
 */
export const replayParked = async (
  { eventStore, store, logger }: Dependencies,
  lane: ProjectionLane,
  parked: ParkedEvents,
): Promise<boolean> => {
  const { projection, subjectId } = parked;
  const events = await waitingEvents(eventStore, lane, parked);
  if (events === null) return false;
  try {
    const changes = await lane.replay(events);
    if (changes !== null && (await store.write([changes])) !== 'written') return false;
  } catch (error) {
    if (!(error instanceof FoldError)) throw error;
    logger.warn('a parked event still cannot be folded', { projection, subjectId, reason: error.message });
    return false;
  }
  await lane.unpark(parked);
  logger.info('parked events were folded', { projection, subjectId, events: events.length });
  return true;
};

/** Null when one of them cannot be decoded. */
const waitingEvents = async (
  eventStore: EventStore,
  lane: ProjectionLane,
  { after, position, subjectId }: ParkedEvents,
): Promise<readonly RecordedEvent[] | null> => {
  const upTo = lane.checkpoint?.position ?? position;
  const waiting: RecordedEvent[] = [];
  let isUndecodable = false;
  for (let from: Position | null = after?.position ?? null; ;) {
    const { events, scannedTo, isAtHead } = await eventStore.readAll({
      after: from,
      maxCount: READ_PAGE_MAX_EVENTS,
      onUndecodable: ({ place }) => {
        isUndecodable ||= place.position <= upTo && lane.isMine(place) && subjectIdOf(place.streamName) === subjectId;
      },
    });
    for (const event of events)
      if (event.position >= position && event.position <= upTo && isOf(lane, event, subjectId)) waiting.push(event);
    if (isUndecodable) return null;
    if (isAtHead || scannedTo === null || scannedTo >= upTo) return waiting;
    from = scannedTo;
  }
};

const isOf = (lane: ProjectionLane, event: RecordedEvent, subjectId: string): boolean =>
  subjectIdOf(event.streamName) === subjectId && lane.isMine(event);
