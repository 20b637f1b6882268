import { isUuid } from '@verbatim/platform';
import type { EncodedEvent } from './codec/codec.js';
import { codec } from './codec/codec.js';
import { APPEND_MAX_BYTES, APPEND_MAX_EVENTS, type EventToAppend } from './event-store.js';

export type EncodedAppend = { readonly records: readonly EncodedEvent[]; readonly bytes: number };

const bytesOf = ({ header, payload }: EncodedEvent): number => Buffer.byteLength(header) + Buffer.byteLength(payload);

/**
 * Encodes a batch within the limits of one append.
 * @throws RangeError when there is nothing to append, or more than `APPEND_MAX_EVENTS` or `APPEND_MAX_BYTES`
 * @throws TypeError when an event id is no lower-case UUID
 * @throws UnencodableEventError
 */
export const encodeAppend = (events: readonly EventToAppend[]): EncodedAppend => {
  if (events.length === 0 || events.length > APPEND_MAX_EVENTS)
    throw new RangeError(`an append has 1 to ${APPEND_MAX_EVENTS} events, not ${events.length}`);
  const stranger = events.find(({ eventId }) => !isUuid(eventId));
  if (stranger !== undefined) throw new TypeError(`an event id is a lower-case UUID, not "${stranger.eventId}"`);
  const records = events.map(codec.encode);
  const bytes = records.reduce((sum, record) => sum + bytesOf(record), 0);
  if (bytes > APPEND_MAX_BYTES) throw new RangeError(`an append has at most ${APPEND_MAX_BYTES} bytes, not ${bytes}`);
  return { records, bytes };
};
