import type { EventId, Position } from '@verbatim/event-store';
import { OperatorError } from '@verbatim/platform';
import { STATE_PAGE_MAX, type Collection, type StateStore, type StoredDocument } from '@verbatim/state';
import { PARKED_EVENTS } from '../parked/state-parked-events.js';
import { PARKED_REACTIONS } from '../reactors/parked-reactions.js';
import { REACTOR_CHECKPOINTS } from '../reactors/reactor-checkpoints.js';

/** Collections of State whose documents name places in the log: each by a position and the id of the event there. */
const COLLECTIONS = [REACTOR_CHECKPOINTS, PARKED_REACTIONS, PARKED_EVENTS];

type Remembering = {
  readonly position: string;
  readonly eventId: EventId;
  readonly afterPosition?: string | null;
  readonly afterEventId?: EventId | null;
};
type Remembered = { readonly collection: Collection<Remembering>; readonly stored: StoredDocument<Remembering> };

const allOf = async (collection: Collection<Remembering>): Promise<Remembered[]> => {
  const all: Remembered[] = [];
  for (let after: string | undefined; ;) {
    const page = await collection.list('', { limit: STATE_PAGE_MAX, ...(after === undefined ? {} : { after }) });
    for (const stored of page) all.push({ collection, stored });
    if (page.length < STATE_PAGE_MAX) return all;
    after = page.at(-1)?.id;
  }
};

/** What State remembers of the log: how far each reactor came, and what was parked. */
export class RememberedPositions {
  private constructor(private readonly remembered: readonly Remembered[]) {}

  static async of(state: StateStore): Promise<RememberedPositions> {
    const all: Remembered[] = [];
    for (const name of COLLECTIONS) all.push(...(await allOf(await state.collection<Remembering>({ name }))));
    return new RememberedPositions(all);
  }

  get count(): number {
    return this.remembered.length;
  }

  get eventIds(): ReadonlySet<EventId> {
    const ids = this.remembered.flatMap(({ stored: { document } }) => [document.eventId, document.afterEventId]);
    return new Set(ids.filter((id) => id !== null && id !== undefined));
  }

  /** Names the same events by their positions in another log. The same again changes nothing. */
  async moveTo(positions: ReadonlyMap<EventId, Position>): Promise<void> {
    const positionOf = (eventId: EventId): string => {
      const position = positions.get(eventId);
      if (position === undefined) throw new OperatorError(`the event ${eventId} is not in the new log`);
      return position.toString();
    };
    for (const { collection, stored } of this.remembered) {
      const { document, id, version } = stored;
      const { eventId, afterEventId } = document;
      const after =
        afterEventId === null || afterEventId === undefined ? {} : { afterPosition: positionOf(afterEventId) };
      const moved: Remembering = { ...document, position: positionOf(eventId), ...after };
      if (!(await collection.replace(id, moved, version)))
        throw new OperatorError('State was written to meanwhile: stop every server, and run the same command again');
    }
  }
}
