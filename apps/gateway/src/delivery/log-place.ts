import type { EventId, Position } from '@verbatim/event-store';

/** A place in the log, named by the event that is there. Null is the place before the first event. */
export type LogPlace = { readonly position: Position; readonly eventId: EventId } | null;

/** Orders positions of one log; null lies before every position. */
export const isBefore = (one: Position | null, other: Position | null): boolean =>
  other !== null && (one === null || one < other);
