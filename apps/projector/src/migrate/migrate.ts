import { isEventStoreDbUrl, migrateLog, type Migrated } from '@verbatim/event-store';
import { OperatorError } from '@verbatim/platform';
import { openStateStore, type StateStore } from '@verbatim/state';
import { countLines, progressLines } from '../cli/command-line.js';
import { logFileOf, stateRouteOf, type StateRoute } from './migration-urls.js';
import { RememberedPositions } from './remembered-positions.js';
import { StateMove, isEmptyState } from './state-move.js';
import { openStateToMoveTo, whileTargetAnswers } from './state-target.js';

export type MigrateOptions = {
  /** `sqlite:<file>`: the log as it is. */
  readonly from: string;
  /** `esdb://…`: where it goes. */
  readonly to: string;
  /** State as it is. */
  readonly stateFrom: string;
  /** Where State is from now on; null where that has not been said. */
  readonly state: string | null;
  readonly print: (line: string) => void;
};

/**
 * Moves a log from a file to EventStoreDB, and State with what it remembers of the log. Nothing of the old log is changed, nor of the
 * old State if it goes elsewhere. The log is there last: until then nothing can be started on it. May be repeated, also after it was
 * broken off.
 * @throws OperatorError, LogInUseError, StateInUseError, DamagedLogError
 */
export const migrate = async ({ from, to, stateFrom, state, print }: MigrateOptions): Promise<void> => {
  const file = logFileOf(from);
  if (!isEventStoreDbUrl(to)) throw new OperatorError('--to has to be esdb://<host>:<port> or esdb+discover://…');
  const route = stateRouteOf(stateFrom, state);
  const source = await openStateStore(route.from);
  try {
    await refuseEmpty(source);
    const moved = await (route.to === null
      ? migrateBeside(source, { file, to, print })
      : migrateWith(source, route.to, { file, to, print }));
    printLog(moved, print);
    print(`set EVENT_STORE_URL to the new log${stateAdvice(route)}, run "npm run rebuild", and start the servers`);
  } finally {
    await source.close();
  }
};

/** A log without its accounts is nobody's, and a wrong URL is easily given. */
const refuseEmpty = async (source: StateStore): Promise<void> => {
  if (await isEmptyState(source))
    throw new OperatorError('STATE_URL names a State without accounts: give the one of this log as --state-from');
};

type LogRoute = { readonly file: string; readonly to: string; readonly print: (line: string) => void };

/** State stays where it is: only its places in the log change. */
const migrateBeside = async (state: StateStore, { file, to, print }: LogRoute): Promise<Migrated> => {
  const remembered = await RememberedPositions.of(state);
  const moved = await migrateLog({
    ...{ file, url: to, eventIds: remembered.eventIds },
    onCopied: (positions) => remembered.moveTo(positions),
    onProgress: progressLines('migrate', print),
  });
  print(`moved ${remembered.count} checkpoints and parked events of reactors to the positions of the same events`);
  return moved;
};

/** State goes along: all of it is there before the log is. */
const migrateWith = async (source: StateStore, targetUrl: string, route: LogRoute): Promise<Migrated> => {
  const { file, to, print } = route;
  const { eventIds, count } = await RememberedPositions.of(source);
  const target = await openStateToMoveTo(targetUrl);
  const move = new StateMove(source, target);
  try {
    return await migrateLog({
      ...{ file, url: to, eventIds },
      onBegin: (log) => whileTargetAnswers(() => move.begin(log)),
      onProgress: progressLines('migrate', print),
      onCopied: async (positions) => {
        const told = countLines('migrate', 'documents of State', print);
        const { documents, written } = await whileTargetAnswers(() => move.copy(positions, told));
        print(
          `copied ${written} documents of State, ${documents - written} were there; all ${documents} are the same, with the same versions`,
        );
        print(`${count} of them are checkpoints and parked events of reactors, with the positions of the same events`);
      },
    });
  } finally {
    await target.close();
  }
};

const printLog = ({ identity, events, copied, headPosition }: Migrated, print: (line: string) => void): void => {
  print(`copied ${copied} events, ${events - copied} were there; all ${events} are the same, with the same revisions`);
  print(
    `the newest is at position ${headPosition ?? 'none'}; the log ${identity.logId} begins epoch ${identity.epoch}`,
  );
};

const stateAdvice = ({ to }: StateRoute): string => (to === null ? '' : ' and STATE_URL to the new State');
