import { join } from 'node:path';
import type { ServerProcess } from '@verbatim/testing/scenario';
import type { Plan } from '../plan.js';
import type { Cores } from '../process/cores.js';
import { whileRunning } from '../process/while-running.js';
import { withFolder } from '../process/work-folder.js';
import type { Progress } from '../progress.js';
import { importAccounts, type Account } from '../server/accounts.js';
import { startBenchServer } from '../server/server-process.js';

/** What every piece of work is given. */
export type Bench = {
  readonly plan: Plan;
  readonly cores: Cores;
  readonly progress: Progress;
  readonly profileDirectory: string | null;
  /** What was lost, repeated, refused or out of order, one line each. */
  readonly faults: string[];
};

export type ServedWork<Result> = (server: ServerProcess, accounts: readonly Account[]) => Promise<Result>;

export type ServerSettings = {
  /** Names the profile's folder. */
  readonly name: string;
  readonly accountCount: number;
  readonly wrapper?: readonly string[];
};

/** Runs work against a server of its own, on a new data directory with accounts in it. */
export const withServer = <Result>(
  { cores, progress, profileDirectory }: Bench,
  { name, accountCount, wrapper = [] }: ServerSettings,
  work: ServedWork<Result>,
): Promise<Result> =>
  withFolder('bench', async (dataDirectory) => {
    progress.say(`${name}: importing ${accountCount} accounts`);
    const accounts = await importAccounts(dataDirectory, accountCount);
    progress.say(`${name}: starting the server`);
    const directory = profileDirectory === null ? null : join(profileDirectory, name);
    const server = await startBenchServer({ cores, wrapper, dataDirectory, profileDirectory: directory });
    return whileRunning(server, () => work(server, accounts));
  });
