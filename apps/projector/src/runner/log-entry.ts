import { UndecodableEventError, type EventId, type Position, type RecordedEvent } from '@verbatim/event-store';
import type { StreamName } from '@verbatim/domain';
import type { Checkpoint } from '@verbatim/read-models';

/** What a feed reads from the log, in its order: events, and in their places those that cannot be decoded. */
export type LogEntry = RecordedEvent | UndecodableEventError;

export type EntryPlace = { readonly eventId: EventId; readonly streamName: StreamName; readonly position: Position };

export const isUndecodable = (entry: LogEntry): entry is UndecodableEventError =>
  entry instanceof UndecodableEventError;

export const placeOf = (entry: LogEntry): EntryPlace => (isUndecodable(entry) ? entry.place : entry);

export const checkpointAt = (entry: LogEntry): Checkpoint => {
  const { position, eventId } = placeOf(entry);
  return { position, eventId };
};
