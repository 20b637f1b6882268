import { engine, type AvailableEngine, type EngineName, type RunningEngine } from '@verbatim/testing/engines';
import { atExit } from '../process/clean-up.js';

const NEEDED = { eventStore: 'event-store-server', mongo: 'mongo-java-server', redis: 'redis' } as const;
const WHERE_THERE = { kafka: 'kafka' } as const;
type Role = keyof typeof NEEDED;

/** What the form of several processes runs on, by what it is used for. Kafka where it is there. */
export type Engines = Readonly<Record<Role, RunningEngine>> & { readonly kafka?: RunningEngine };

/** What each of them is called in the report. */
export const engineNames: Readonly<Record<keyof Engines, EngineName>> = { ...NEEDED, ...WHERE_THERE };

/** Which engines this machine lacks, and why; none when the form of several processes can be measured. */
export const missingEngines = (): readonly string[] =>
  Object.values(NEEDED).flatMap((name) => {
    const found = engine(name);
    return found.available ? [] : [`${name} (${found.reason})`];
  });

/** Names and versions, as the report tells them. */
export const enginesText = (): string =>
  Object.values(engineNames)
    .map((name) => {
      const found = engine(name);
      return found.available ? `${name} ${found.version}` : `no ${name} (${found.reason})`;
    })
    .join(', ');

type Running = Map<keyof Engines, RunningEngine>;

const startAll = async (running: Running): Promise<void> => {
  const started = Object.entries(engineNames).map(async ([role, name]) => {
    const found = engine(name);
    if (found.available || role in NEEDED) running.set(role as keyof Engines, await (found as AvailableEngine).start());
  });
  const outcomes = await Promise.allSettled(started);
  const failed = outcomes.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
};

/** Engines of their own, new and empty, and gone when the work ends. */
export const withEngines = async <Result>(work: (engines: Engines) => Promise<Result>): Promise<Result> => {
  const running: Running = new Map();
  const forget = atExit(() => {
    for (const each of running.values()) void each.kill();
  });
  try {
    await startAll(running);
    return await work(Object.fromEntries(running) as Engines);
  } finally {
    await Promise.all([...running.values()].map((each) => each.dispose()));
    forget();
  }
};
