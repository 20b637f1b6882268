import { UndecodableEventError, type EventId, type EventStore, type Position } from '@verbatim/event-store';
import { OperatorError } from '@verbatim/platform';
import type { Checkpoint } from '@verbatim/read-models';
import type { ReactorCheckpoint } from './reactor-checkpoints.js';
import type { Reactor } from './reactor.js';

/** The reactor has handled events that the log does not have: the log was cut, or replaced by an older copy. */
export class ReactorAheadError extends OperatorError {
  override readonly name = 'ReactorAheadError';

  constructor(reactor: string, { position }: Checkpoint) {
    super(
      `the reactor ${reactor} is at position ${position}, where the event log has another event or none; ` +
        'restore the right log, or run "npm run restored" if this one is right',
    );
  }
}

/**
 * Where a reactor goes on: behind its checkpoint, or where it says that it begins. A beginning at the head is remembered, so that
 * what happens while it is down is not passed over.
 * @returns exclusive; null is the start of the log
 * @throws ReactorAheadError
 */
export const startOf = async (
  { name, startsAt }: Reactor,
  checkpoint: ReactorCheckpoint,
  eventStore: EventStore,
): Promise<Checkpoint | null> => {
  const stored = await checkpoint.load();
  if (stored !== null) {
    if (await isInLog(eventStore, stored)) return stored;
    throw new ReactorAheadError(name, stored);
  }
  if (startsAt === 'start') return null;
  const head = await headOf(eventStore);
  if (head !== null) await checkpoint.save(head);
  return head;
};

export const isInLog = async (eventStore: EventStore, { position, eventId }: Checkpoint): Promise<boolean> =>
  (await eventIdAt(eventStore, position)) === eventId;

/** Null when the log is empty. */
export const headOf = async (eventStore: EventStore): Promise<Checkpoint | null> => {
  const position = await eventStore.headPosition();
  const eventId = position === null ? null : await eventIdAt(eventStore, position);
  return position === null || eventId === null ? null : { position, eventId };
};

const eventIdAt = async (eventStore: EventStore, position: Position): Promise<EventId | null> => {
  try {
    return (await eventStore.readAt(position))?.eventId ?? null;
  } catch (error) {
    if (error instanceof UndecodableEventError) return error.place.eventId;
    throw error;
  }
};
