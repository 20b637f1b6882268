import { existsSync } from 'node:fs';
import { openEventStore, type EventStore } from '@verbatim/event-store';
import { createLifecycle, createLogger, OperatorError, type Lifecycle } from '@verbatim/platform';
import { projectorConfig, type ProjectorConfig } from '../projector.config.js';

/** Time between two progress lines, ms. */
const PROGRESS_EVERY_MS = 1_000;

export type CommandLine = {
  readonly config: ProjectorConfig;
  readonly eventStore: EventStore;
  readonly lifecycle: Lifecycle;
  readonly print: (line: string) => void;
};

/** Runs one command over the log of this data directory: a line for the operator and exit code 1 when it fails. */
export const runCommand = (name: string, work: (commandLine: CommandLine) => Promise<void>): void => {
  const logger = createLogger({ name: `verbatim-${name}`, level: 'error' });
  const lifecycle = createLifecycle({ logger });
  const main = async (): Promise<void> => {
    process.umask(0o077);
    lifecycle.listen();
    const config = projectorConfig(process.env);
    const eventStore = await openLog(config, (error) => lifecycle.fatal(error));
    lifecycle.onStop('event store', () => eventStore.close());
    await work({ config, eventStore, lifecycle, print: (line) => void process.stdout.write(`${line}\n`) });
    await lifecycle.stop('done');
  };
  main().catch((error: unknown) => lifecycle.fatal(error));
};

/** These commands read a log; they never make one. */
const openLog = async ({ eventStoreUrl }: ProjectorConfig, onFatal: (error: Error) => void): Promise<EventStore> => {
  const file = /^sqlite:(.+)$/.exec(eventStoreUrl)?.[1];
  if (file !== undefined && !existsSync(file))
    throw new OperatorError(`there is no event log at ${file}: set DATA_DIR`);
  return openEventStore(eventStoreUrl, { onFatal });
};

/** A line a second while something works through the log. */
export const progressLines = (what: string, print: (line: string) => void) => {
  const told = countLines(what, 'events', print);
  return ({ events }: { readonly events: number }): void => told(events);
};

/** A line a second while something is counted. */
export const countLines = (what: string, unit: string, print: (line: string) => void) => {
  const startedAtMs = Date.now();
  let printedAtMs = startedAtMs;
  return (count: number): void => {
    const nowMs = Date.now();
    if (nowMs - printedAtMs < PROGRESS_EVERY_MS) return;
    printedAtMs = nowMs;
    print(`${what}: ${count} ${unit}, ${Math.round((count * 1_000) / (nowMs - startedAtMs))} a second`);
  };
};
