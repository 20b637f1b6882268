import { UndecodableEventError } from './errors.js';
import { READ_PAGE_MAX_EVENTS, type RecordedEvent } from './event-store.js';

/** @throws RangeError when a read asks for no events, or for more than a page */
export const pageMax = (maxCount: number): number => {
  if (!Number.isInteger(maxCount) || maxCount < 1 || maxCount > READ_PAGE_MAX_EVENTS)
    throw new RangeError(`a read asks for 1 to ${READ_PAGE_MAX_EVENTS} events, not ${maxCount}`);
  return maxCount;
};

/** Leaves out what cannot be decoded after telling of it. @throws UndecodableEventError when nobody wants to be told */
export const withoutUndecodable = (
  entries: readonly (RecordedEvent | UndecodableEventError)[],
  onUndecodable: ((error: UndecodableEventError) => void) | undefined,
): readonly RecordedEvent[] => {
  const events: RecordedEvent[] = [];
  for (const entry of entries) {
    if (!(entry instanceof UndecodableEventError)) events.push(entry);
    else if (onUndecodable === undefined) throw entry;
    else onUndecodable(entry);
  }
  return events;
};
