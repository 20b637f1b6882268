import type { StreamName } from '@verbatim/domain';
import type { EventId, Position, UndecodableEventError } from '@verbatim/event-store';
import { STATE_PAGE_MAX, type StateStore } from '@verbatim/state';

/** An event that a reactor could not decode in its turn; it went on without it. */
export type ParkedReaction = {
  readonly reactor: string;
  readonly streamName: StreamName;
  readonly eventId: EventId;
  readonly position: Position;
  /** What was wrong, without content. */
  readonly reason: string;
  readonly parkedAt: string;
};

/** Kept in State, until a release that understands the event reacts to it. */
export interface ParkedReactions {
  /** Parking what is parked changes nothing. */
  park(parked: ParkedReaction): Promise<void>;
  /** Of one reactor, in the order of the log. */
  of(reactor: string): Promise<readonly ParkedReaction[]>;
  remove(parked: ParkedReaction): Promise<void>;
}

/** Collection of State. A move of the log to another engine maps the positions in it by event. */
export const PARKED_REACTIONS = 'parked-reactions';

type ParkedDocument = Omit<ParkedReaction, 'position'> & { readonly position: string };

const idOf = ({ reactor, eventId }: ParkedReaction): string => `${reactor}/${eventId}`;

export const openParkedReactions = async (state: StateStore): Promise<ParkedReactions> => {
  const documents = await state.collection<ParkedDocument>({ name: PARKED_REACTIONS });
  const all = async (reactor: string): Promise<ParkedReaction[]> => {
    const found: ParkedReaction[] = [];
    for (let after: string | undefined; ;) {
      const from = after === undefined ? {} : { after };
      const page = await documents.list(`${reactor}/`, { limit: STATE_PAGE_MAX, ...from });
      for (const { document } of page) found.push({ ...document, position: BigInt(document.position) as Position });
      if (page.length < STATE_PAGE_MAX) return found;
      after = page.at(-1)?.id;
    }
  };
  return {
    park: async (parked) => {
      await documents.insert(idOf(parked), { ...parked, position: parked.position.toString() });
    },
    of: async (reactor) => (await all(reactor)).sort((one, other) => (one.position < other.position ? -1 : 1)),
    remove: async (parked) => void (await documents.delete(idOf(parked))),
  };
};

export const parkedReactionOf = (
  reactor: string,
  { place, reason, problem }: UndecodableEventError,
  parkedAt: string,
): ParkedReaction => {
  const { streamName, eventId, position } = place;
  return { reactor, streamName, eventId, position, reason: `${reason}: ${problem}`, parkedAt };
};
