import type { Progress } from './sequencer.js';

/** How far this device has applied its user's events. Belongs to one user. */
export type SyncState = {
  readonly userId: string;
  /** Absent before the first connection. */
  readonly cursor?: string;
  readonly conversations: Readonly<Record<string, Progress>>;
};

/**
 * Where the progress lives between two runs. `save` gets the whole state, never a second one before the first is
 * done, and only after the events up to it were given to the application's listeners.
 */
export interface SyncStore {
  load(): Promise<SyncState | undefined>;
  save(state: SyncState): Promise<void>;
}

/** Forgets with the process: every start loads the inbox. */
export const memorySyncStore = (): SyncStore => {
  let held: SyncState | undefined;
  return {
    load: () => Promise.resolve(held),
    save: (state) => {
      held = state;
      return Promise.resolve();
    },
  };
};
