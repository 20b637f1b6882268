import type { Brand, Revision, StreamName } from '@verbatim/domain';

/** Commit position of an event in `$all`. Rises, has gaps. Orders the whole store. */
export type Position = Brand<bigint, 'Position'>;
export type EventId = Brand<string, 'EventId'>;

/** Where a stored event stands. */
export type EventPlace = {
  readonly eventId: EventId;
  readonly streamName: StreamName;
  readonly revision: Revision;
  readonly position: Position;
};
