import { existsSync } from 'node:fs';
import { isEventStoreDbUrl, migrateLog } from '@verbatim/event-store';
import { OperatorError } from '@verbatim/platform';
import { openStateStore } from '@verbatim/state';
import { progressLines } from '../cli/command-line.js';
import { RememberedPositions } from './remembered-positions.js';

export type MigrateOptions = {
  /** `sqlite:<file>`: the log as it is. */
  readonly from: string;
  /** `esdb://…`: where it goes. */
  readonly to: string;
  readonly stateUrl: string;
  readonly print: (line: string) => void;
};

const fileOf = (url: string): string | null => /^sqlite:(.+)$/.exec(url)?.[1] ?? null;

const sourceFile = (from: string): string => {
  const file = fileOf(from);
  if (file !== null && existsSync(file)) return file;
  throw new OperatorError(
    file === null
      ? 'the log to be copied has to be sqlite:<file>: set EVENT_STORE_URL or DATA_DIR, or give it as --from'
      : `there is no event log at ${file}: set DATA_DIR, or give it as --from sqlite:<file>`,
  );
};

/**
 * Moves a log, and what State remembers of it, from a file to EventStoreDB. Nothing of the old log is changed. May be repeated,
 * also after it was broken off.
 * @throws OperatorError, LogInUseError, DamagedLogError
 */
export const migrate = async ({ from, to, stateUrl, print }: MigrateOptions): Promise<void> => {
  const file = sourceFile(from);
  if (!isEventStoreDbUrl(to)) throw new OperatorError('--to has to be esdb://<host>:<port> or esdb+discover://…');
  const stateFile = fileOf(stateUrl);
  // A wrong folder would look like a platform without accounts, and its reactors would begin anew.
  if (stateFile !== null && !existsSync(stateFile))
    throw new OperatorError(`there is no ${stateFile}: set STATE_URL to the accounts and checkpoints of this log`);
  const state = await openStateStore(stateUrl);
  try {
    const remembered = await RememberedPositions.of(state);
    const { identity, events, copied, headPosition } = await migrateLog({
      file,
      url: to,
      eventIds: remembered.eventIds,
      onCopied: (positions) => remembered.moveTo(positions),
      onProgress: progressLines('migrate', print),
    });
    print(
      `copied ${copied} events, ${events - copied} were there; all ${events} are the same, with the same revisions`,
    );
    print(
      `the newest is at position ${headPosition ?? 'none'}; the log ${identity.logId} begins epoch ${identity.epoch}`,
    );
    print(`moved ${remembered.count} checkpoints and parked events of reactors to the positions of the same events`);
    print('set EVENT_STORE_URL to the new log, run "npm run rebuild", and start the servers');
  } finally {
    await state.close();
  }
};
