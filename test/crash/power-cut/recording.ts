import { join } from 'node:path';
import { randomSource, startServer } from '@verbatim/testing/scenario';
import { Load, type Journal } from '../campaign/load.js';
import { foundTown, type Town } from '../campaign/town.js';
import type { DiskStep } from './disk-steps.js';
import { readSteps } from './trace-steps.js';
import { makeTracedFolder, recordedTo } from './tracer.js';

export type RecordingOptions = {
  /** Folder for the data folder and the trace. */
  readonly parent: string;
  /** Answers that the load gets before the server is killed. */
  readonly answers: number;
  readonly seed: number;
  readonly env?: Readonly<Record<string, string>>;
};
export type Recording = {
  /** The server's data folder, as the trace names it. */
  readonly folder: string;
  readonly steps: readonly DiskStep[];
  readonly town: Town;
  readonly journal: Journal;
};

/** Runs the load until it got so many answers, ends the server with `end`, and waits until nobody asks any more. */
export const loadUntil = async (
  url: string,
  town: Town,
  { answers, seed, end }: { answers: number; seed: number; end: () => Promise<unknown> },
): Promise<Journal> => {
  const journal: Journal = { sends: [], changes: [], surprises: [] };
  const enough = Promise.withResolvers<void>();
  let left = answers;
  const onAnswer = (): void => {
    left -= 1;
    if (left <= 0) enough.resolve();
  };
  const load = new Load({ url, town, journal, random: randomSource(seed), onAnswer });
  const running = load.run();
  await Promise.race([enough.promise, running]); // nobody answers: the server is gone already
  load.stop();
  await end();
  await running;
  return journal;
};

/** Records what a server under load does to its files and says to its clients, up to a kill -9. */
export const recordServer = async ({ parent, answers, seed, env = {} }: RecordingOptions): Promise<Recording> => {
  const folder = makeTracedFolder(parent);
  const traceFile = join(parent, 'trace');
  const server = await startServer({ dataDirectory: folder, under: recordedTo(traceFile), env });
  const town = await foundTown(server.url);
  const journal = await loadUntil(server.url, town, { answers, seed, end: () => server.kill() });
  return { folder, steps: await readSteps(traceFile, folder), town, journal };
};
