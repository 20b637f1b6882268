import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { atExit } from '../process/clean-up.js';
import type { Cores } from '../process/cores.js';

const MAIN = fileURLToPath(new URL('./relay.main.js', import.meta.url));
const READY = /^relay ready (\d+)$/;

/** The running relay. */
export type RelayProcess = { readonly port: number; readonly pid: number; readonly stop: () => Promise<void> };

/** Starts the relay as its own process, on the core that the server has when it is its turn. */
export const startRelay = async (cores: Cores): Promise<RelayProcess> => {
  const [program = '', ...parameters] = cores.onServerCore([process.execPath, MAIN]);
  const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'inherit'] });
  const forget = atExit(() => void child.kill('SIGKILL'));
  const ended = once(child, 'close').then(forget);
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => resolve(Number(READY.exec(line)?.[1])));
    ended.then(() => reject(new Error('the relay ended before it was ready')), reject);
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  return { port, pid: child.pid ?? 0, stop };
};
