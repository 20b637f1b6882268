import { OperatorError } from '@verbatim/platform';
import type { EventPlace, Position } from './event-place.js';

/** The stored log is not what was written: flipped, cut off, rolled back. Never served; the process stops. */
export class DamagedLogError extends OperatorError {
  override readonly name = 'DamagedLogError';

  /** @param position of the first record known to be wrong; null when no single record is */
  constructor(
    readonly position: Position | null,
    readonly reason: string,
  ) {
    super(
      `the event log is damaged${position === null ? '' : ` at position ${position}`}: ${reason}; restore a backup`,
    );
  }
}

/** The file is a database, but not a log that this program can read: another application's, or a newer layout. */
export class ForeignLogError extends OperatorError {
  override readonly name = 'ForeignLogError';
}

/** A log is being copied to where this one would be opened, and what is there is not all of it. */
export class UnfinishedMoveError extends OperatorError {
  override readonly name = 'UnfinishedMoveError';

  constructor() {
    super(
      'EVENT_STORE_URL names an event store that a log is being moved to: run "npm run migrate" once more, to its end',
    );
  }
}

/** Another process, or another store in this one, writes this log. */
export class LogInUseError extends OperatorError {
  override readonly name = 'LogInUseError';

  constructor(readonly file: string) {
    super(`the event log ${file} is already open: stop the other server, or name another DATA_DIR`);
  }
}

/** A reader's position lies behind the end of the log: the log was rolled back, or the position is that of another log. */
export class PositionBeyondHeadError extends Error {
  override readonly name = 'PositionBeyondHeadError';

  constructor(readonly position: Position) {
    super(`the log does not reach position ${position}`);
  }
}

/** The disk under the log failed. What was in flight has an unknown outcome: end the process and open the log again. */
export class LogFailedError extends OperatorError {
  override readonly name = 'LogFailedError';
}

/** The server of the log does not answer, or cannot now. Nothing was read; the same call may succeed later. */
export class EventStoreUnavailableError extends Error {
  override readonly name = 'EventStoreUnavailableError';
}

/** Why a stored event cannot be understood. `problem` names a field or a version, never content. */
export type UndecodableReason = 'unknown-type' | 'future-version' | 'malformed' | 'sealed';

/** A record whose bytes are sound but mean nothing to this program. What follows is the reader's policy: retry, park, stop. */
export class UndecodableEventError extends Error {
  override readonly name = 'UndecodableEventError';

  constructor(
    readonly place: EventPlace,
    readonly reason: UndecodableReason,
    readonly problem: string,
  ) {
    super(`event at position ${place.position} (${place.streamName}@${place.revision}): ${reason}, ${problem}`);
  }

  get position(): Position {
    return this.place.position;
  }
}

/** The event does not have the shape that its type is registered with: a mistake in the program that appends it. */
export class UnencodableEventError extends TypeError {
  override readonly name = 'UnencodableEventError';
}

/** `EVENT_STORE_URL` names an engine that is not there. */
export class UnsupportedEventStoreError extends OperatorError {
  override readonly name = 'UnsupportedEventStoreError';
}
