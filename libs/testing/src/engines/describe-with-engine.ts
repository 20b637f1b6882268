import { type AvailableEngine, engine } from './engine.js';
import { externalEngine, type ExternalEngineName } from './external-engine.js';
import type { EngineName } from './installation.js';
import type { RunningEngine } from './running-engine.js';

/** What jest makes global. Importing it would keep this door shut to programs that are no tests. */
type TestFunctions = {
  readonly describe: ((title: string, suite: () => void) => void) & {
    readonly skip: (title: string, suite: () => void) => void;
  };
  readonly it: (title: string, test: () => void) => void;
  readonly afterAll: (hook: () => Promise<void>, maxMs: number) => void;
};

const STOP_MAX_MS = 60_000;

const testFunctions = (): TestFunctions => globalThis as unknown as TestFunctions;

/** A title may hold one pair of brackets: the one that says what a skipped test needs. */
const withoutBrackets = (text: string): string => text.replaceAll(/[()]/g, ' ').replaceAll(/\s+/g, ' ').trim();

/** Ends, after the suite, what the suite started: a test that failed half-way leaves nothing running. */
const endedWithTheSuite = (available: AvailableEngine): AvailableEngine => {
  const started: RunningEngine[] = [];
  testFunctions().afterAll(async () => {
    await Promise.all(started.splice(0).map((running) => running.dispose()));
  }, STOP_MAX_MS);
  return {
    ...available,
    start: async (options) => {
      const running = await available.start(options);
      started.push(running);
      return running;
    },
  };
};

const unavailable = (reason: string): AvailableEngine => ({
  available: true,
  version: 'none',
  start: () => Promise.reject(new Error(reason)),
});

const leaveOut = (title: string, reason: string, isRequired: boolean, suite: () => void): void => {
  const { describe, it } = testFunctions();
  if (!isRequired) {
    describe.skip(`${title} (needs ${withoutBrackets(reason)})`, suite);
    return;
  }
  describe(title, () => {
    it('is required to be there', () => {
      throw new Error(`REQUIRE_ENGINES is 1, and there is no ${reason}`);
    });
  });
};

type Engines<Names extends EngineName> = Readonly<Record<Names, AvailableEngine>>;

/**
 * A suite on several engines at once, titled `on kafka, redis`. Where one is missing it is skipped and its title says
 * which and why; with REQUIRE_ENGINES=1 it fails instead. What the suite starts is stopped after it.
 */
export const describeWithEngines = <const Names extends EngineName>(
  names: readonly Names[],
  suite: (engines: Engines<Names>) => void,
): void => {
  const title = `on ${names.join(', ')}`;
  const looked = names.map((name) => [name, engine(name)] as const);
  const reasons = looked.flatMap(([name, each]) => (each.available ? [] : [`${name}: ${each.reason}`]));
  const engines = (wrap: (each: AvailableEngine) => AvailableEngine): Engines<Names> =>
    Object.fromEntries(
      looked.map(([name, each]) => [name, each.available ? wrap(each) : unavailable(each.reason)]),
    ) as Engines<Names>;
  if (reasons.length === 0) testFunctions().describe(title, () => suite(engines(endedWithTheSuite)));
  else
    leaveOut(title, reasons.join(', '), process.env['REQUIRE_ENGINES'] === '1', () => suite(engines((each) => each)));
};

/** {@link describeWithEngines} for one. */
export const describeWithEngine = <Name extends EngineName>(
  name: Name,
  suite: (available: AvailableEngine) => void,
): void => describeWithEngines([name], (engines) => suite(engines[name]));

/** A suite on a server that somebody runs elsewhere; skipped where its variable is not set, also when engines are required. */
export const describeWithExternalEngine = (name: ExternalEngineName, suite: (url: string) => void): void => {
  const external = externalEngine(name);
  const title = `on a real ${name === 'event-store' ? 'EventStoreDB' : 'mongod'}`;
  if (external.available) testFunctions().describe(title, () => suite(external.url));
  else leaveOut(title, external.reason, false, () => suite(''));
};
