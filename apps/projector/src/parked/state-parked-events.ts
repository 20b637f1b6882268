import { STATE_PAGE_MAX, type Collection, type StateStore } from '@verbatim/state';
import type { StreamName } from '@verbatim/domain';
import type { EventId, Position } from '@verbatim/event-store';
import type { Generation, ProjectionName } from '@verbatim/read-models';
import type { ParkedEvents, ParkedEventsStore } from './parked-events.js';

/** Collection of State. A move of the log to another engine maps the positions in it by event. */
export const PARKED_EVENTS = 'parked-events';

/** Positions are decimal text: JSON has no integers of 64 bits. */
type ParkedDocument = {
  readonly projection: ProjectionName;
  readonly generation: Generation;
  readonly subjectId: string;
  readonly streamName: StreamName;
  readonly eventId: EventId;
  readonly position: string;
  readonly afterPosition: string | null;
  readonly afterEventId: EventId | null;
  readonly reason: string;
  readonly parkedAt: string;
};

const idOf = ({ projection, generation, subjectId }: ParkedEvents): string =>
  `${projection}/${generation}/${subjectId}`;

const documentOf = ({ position, after, ...parked }: ParkedEvents): ParkedDocument => ({
  ...parked,
  position: position.toString(),
  afterPosition: after === null ? null : after.position.toString(),
  afterEventId: after === null ? null : after.eventId,
});

const parkedOf = ({ position, afterPosition, afterEventId, ...document }: ParkedDocument): ParkedEvents => ({
  ...document,
  position: BigInt(position) as Position,
  after:
    afterPosition === null || afterEventId === null
      ? null
      : { position: BigInt(afterPosition) as Position, eventId: afterEventId },
});

export const openParkedEvents = async (state: StateStore): Promise<ParkedEventsStore> => {
  const documents = await state.collection<ParkedDocument>({ name: PARKED_EVENTS });
  return {
    park: async (parked) => void (await documents.insert(idOf(parked), documentOf(parked))),
    all: () => readAll(documents),
    remove: async (parked) => void (await documents.delete(idOf(parked))),
  };
};

const readAll = async (documents: Collection<ParkedDocument>): Promise<readonly ParkedEvents[]> => {
  const all: ParkedEvents[] = [];
  for (let after: string | undefined; ;) {
    const page = await documents.list('', { limit: STATE_PAGE_MAX, ...(after === undefined ? {} : { after }) });
    all.push(...page.map(({ document }) => parkedOf(document)));
    if (page.length < STATE_PAGE_MAX) return all;
    after = page.at(-1)?.id;
  }
};
