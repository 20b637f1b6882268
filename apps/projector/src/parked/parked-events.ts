import type { StreamName } from '@verbatim/domain';
import type { EventId, Position } from '@verbatim/event-store';
import type { Build, Checkpoint, Generation, ProjectionName } from '@verbatim/read-models';

/**
 * An event that a projection could not fold, with all later events of the same conversation or user: they wait behind it, in
 * order, until they are replayed. One record holds them all, for the log has the events.
 */
export type ParkedEvents = {
  readonly projection: ProjectionName;
  /** Of the build whose documents lack these events; another build of the projection may have folded them. */
  readonly generation: Generation;
  /** Id of the conversation or user whose events wait. */
  readonly subjectId: string;
  /** The event that could not be folded. */
  readonly streamName: StreamName;
  readonly eventId: EventId;
  readonly position: Position;
  /** A checkpoint below it, where a replay starts to read; null: the start of the log. */
  readonly after: Checkpoint | null;
  /** What was wrong, without content. */
  readonly reason: string;
  readonly parkedAt: string;
};

/** Where parked events are kept: State, for they must outlive every read model. */
export interface ParkedEventsStore {
  /** Parking what is parked changes nothing. */
  park(parked: ParkedEvents): Promise<void>;
  all(): Promise<readonly ParkedEvents[]>;
  remove(parked: ParkedEvents): Promise<void>;
}

/** The subject of a stream: `conversation-<id>` and `receipts-<id>` change the same documents and wait together. */
export const subjectIdOf = (streamName: StreamName): string => streamName.slice(streamName.indexOf('-') + 1);

export const isOfBuild = (parked: ParkedEvents, build: Build): boolean =>
  parked.projection === build.projection && parked.generation === build.generation;
