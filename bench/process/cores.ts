import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

const SERVER_CORE = 0;
const GENERATOR_CORE = 1;

const hasTaskset = (): boolean => spawnSync('taskset', ['--version']).status === 0;

/** Keeps the server and the load generator apart, so that neither takes the other's time. */
export type Cores = {
  readonly arePinned: boolean;
  /** The command, kept on the server's core. */
  readonly onServerCore: (command: readonly string[]) => readonly string[];
  /** The command, free to use every core. */
  readonly onAnyCore: (command: readonly string[]) => readonly string[];
};

/** Everything runs anywhere. */
export const unpinned = (): Cores => ({
  arePinned: false,
  onServerCore: (command) => command,
  onAnyCore: (command) => command,
});

/** Pins this process to the generator's core when there are two cores and `taskset`; else everything runs anywhere. */
export const pinGenerator = (): Cores => {
  const last = availableParallelism() - 1;
  const arePinned = last >= GENERATOR_CORE && hasTaskset();
  if (!arePinned) return unpinned();
  spawnSync('taskset', ['-a', '-c', '-p', String(GENERATOR_CORE), String(process.pid)]);
  return {
    arePinned,
    onServerCore: (command) => ['taskset', '-c', String(SERVER_CORE), ...command],
    onAnyCore: (command) => ['taskset', '-c', `0-${last}`, ...command],
  };
};
