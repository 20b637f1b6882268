import { mkdirSync } from 'node:fs';
import { startServer, type ServerProcess } from '@verbatim/testing/scenario';
import { atExit } from '../process/clean-up.js';
import type { Cores } from '../process/cores.js';

/** What the bench changes of the server's configuration; every report prints it. */
export const RAISED_LIMITS = { RATE_LIMIT_SCALE: '100000' } as const;

export type BenchServerOptions = {
  readonly cores: Cores;
  readonly dataDirectory: string;
  /** Where to write CPU profiles of the server's threads when it stops. */
  readonly profileDirectory: string | null;
  /** A program that runs the server, such as a tracer. */
  readonly wrapper?: readonly string[];
};

/** Starts the standalone server as its own process on its own core and a free port. */
export const startBenchServer = async (options: BenchServerOptions): Promise<ServerProcess> => {
  const { cores, dataDirectory, profileDirectory, wrapper = [] } = options;
  if (profileDirectory !== null) mkdirSync(profileDirectory, { recursive: true });
  const profiling =
    profileDirectory === null ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${JSON.stringify(profileDirectory)}` };
  const under = [...cores.onServerCore([]), ...wrapper];
  const server = await startServer({ dataDirectory, under, env: { ...RAISED_LIMITS, ...profiling } });
  const forget = atExit(() => void server.kill());
  void server.exited.then(forget);
  return server;
};
