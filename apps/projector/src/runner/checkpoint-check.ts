import { UndecodableEventError, type EventStore } from '@verbatim/event-store';
import { OperatorError } from '@verbatim/platform';
import type { BuildRecord, Checkpoint } from '@verbatim/read-models';

/** The read models hold events that the log does not: the log was cut, or replaced by an older copy. */
export class ReadModelsAheadError extends OperatorError {
  override readonly name = 'ReadModelsAheadError';

  constructor({ projection, checkpoint }: BuildRecord) {
    super(
      `the read model ${projection} is at position ${checkpoint?.position}, where the event log has another event or none; ` +
        'restore the right log, or run "npm run rebuild" if this one is right',
    );
  }
}

/** @throws ReadModelsAheadError */
export const assertOfThisLog = async (eventStore: EventStore, build: BuildRecord): Promise<void> => {
  const { checkpoint } = build;
  if (checkpoint === null) return;
  if ((await eventIdAt(eventStore, checkpoint)) !== checkpoint.eventId) throw new ReadModelsAheadError(build);
};

const eventIdAt = async (eventStore: EventStore, { position }: Checkpoint): Promise<string | null> => {
  try {
    return (await eventStore.readAt(position))?.eventId ?? null;
  } catch (error) {
    if (error instanceof UndecodableEventError) return error.place.eventId;
    throw error;
  }
};
