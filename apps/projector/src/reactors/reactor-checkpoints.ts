import type { EventId, Position } from '@verbatim/event-store';
import type { Checkpoint } from '@verbatim/read-models';
import type { Collection, StateStore } from '@verbatim/state';

/** Collection of State; one document per reactor, whose id is its name. A move of the log to another engine maps them by event. */
export const REACTOR_CHECKPOINTS = 'reactor-checkpoints';

/** `position` is decimal text: JSON has no integers of 64 bits. */
export type ReactorCheckpointDocument = { readonly position: string; readonly eventId: EventId };

/** The last event that a reactor has durably handled. */
export interface ReactorCheckpoint {
  /** Null: the reactor never ran. */
  load(): Promise<Checkpoint | null>;
  /** False when somebody else has written it since it was loaded: another runner of the same reactor is at work. */
  save(checkpoint: Checkpoint): Promise<boolean>;
}

/** Opens checkpoints by the name of their reactor. */
export type ReactorCheckpoints = (reactor: string) => ReactorCheckpoint;

export const openReactorCheckpoints = async (state: StateStore): Promise<ReactorCheckpoints> => {
  const documents = await state.collection<ReactorCheckpointDocument>({ name: REACTOR_CHECKPOINTS });
  return (reactor) => checkpointIn(documents, reactor);
};

const checkpointIn = (documents: Collection<ReactorCheckpointDocument>, reactor: string): ReactorCheckpoint => {
  let version: number | null = null;
  return {
    load: async () => {
      const stored = await documents.get(reactor);
      version = stored?.version ?? null;
      if (stored === null) return null;
      const { position, eventId } = stored.document;
      return { position: BigInt(position) as Position, eventId };
    },
    save: async ({ position, eventId }) => {
      const document = { position: position.toString(), eventId };
      const isWritten =
        version === null
          ? (await documents.insert(reactor, document)) === 'inserted'
          : await documents.replace(reactor, document, version);
      if (isWritten) version = (version ?? 0) + 1;
      return isWritten;
    },
  };
};
