import type { EventId, Position } from '@verbatim/event-store';
import { OperatorError } from '@verbatim/platform';
import type { Collection, StateStore, StoredDocument } from '@verbatim/state';
import { PARKED_EVENTS } from '../parked/state-parked-events.js';
import { PARKED_REACTIONS } from '../reactors/parked-reactions.js';
import { REACTOR_CHECKPOINTS } from '../reactors/reactor-checkpoints.js';
import { documentsOf, type AnyDocument, type AnyStored } from './state-walk.js';

/** Collections of State whose documents name places in the log: each by a position and the id of the event there. */
const COLLECTIONS = [REACTOR_CHECKPOINTS, PARKED_REACTIONS, PARKED_EVENTS];

type Remembering = {
  readonly position: string;
  readonly eventId: EventId;
  readonly afterPosition?: string | null;
  readonly afterEventId?: EventId | null;
};
type Remembered = { readonly collection: Collection<AnyDocument>; readonly stored: StoredDocument<Remembering> };

/** Where the same events are in another log. */
export type NewPositions = ReadonlyMap<EventId, Position>;

const movedDocument = (document: Remembering, positions: NewPositions): Remembering & AnyDocument => {
  const positionOf = (eventId: EventId): string => {
    const position = positions.get(eventId);
    if (position === undefined) throw new OperatorError(`the event ${eventId} is not in the new log`);
    return position.toString();
  };
  const { eventId, afterEventId } = document;
  const after = afterEventId === null || afterEventId === undefined ? {} : { afterPosition: positionOf(afterEventId) };
  return { ...document, position: positionOf(eventId), ...after };
};

/** The document as it has to be where the log is another one: the same, unless it names a place in the log. */
export const movedTo = (collection: string, stored: AnyStored, positions: NewPositions): AnyStored =>
  COLLECTIONS.includes(collection)
    ? { ...stored, document: movedDocument(stored.document as unknown as Remembering, positions) }
    : stored;

/** What State remembers of the log: how far each reactor came, and what was parked. */
export class RememberedPositions {
  private constructor(private readonly remembered: readonly Remembered[]) {}

  static async of(state: StateStore): Promise<RememberedPositions> {
    const all: Remembered[] = [];
    for (const name of COLLECTIONS) {
      const collection = await state.collection<AnyDocument>({ name });
      for await (const stored of documentsOf(collection))
        all.push({ collection, stored: stored as unknown as StoredDocument<Remembering> });
    }
    return new RememberedPositions(all);
  }

  get count(): number {
    return this.remembered.length;
  }

  get eventIds(): ReadonlySet<EventId> {
    const ids = this.remembered.flatMap(({ stored: { document } }) => [document.eventId, document.afterEventId]);
    return new Set(ids.filter((id) => id !== null && id !== undefined));
  }

  /** Names the same events by their positions in another log, in the State itself. The same again changes nothing. */
  async moveTo(positions: NewPositions): Promise<void> {
    for (const { collection, stored } of this.remembered) {
      const { document, id, version } = stored;
      if (!(await collection.replace(id, movedDocument(document, positions), version)))
        throw new OperatorError('State was written to meanwhile: stop every server, and run the same command again');
    }
  }
}
