import { parseArgs } from 'node:util';

/** Pieces of work in the order they run. W: work of a chat server; T: what a target asks beside it. */
export const WORKS = ['w1', 'w2', 'w3', 'w4', 't7', 't8', 't9', 't10'] as const;
export type WorkName = (typeof WORKS)[number];

/** Those that `--engines` runs, on both forms by turns. */
export const ENGINES_WORKS = ['w1', 'w2', 'w4'] as const satisfies readonly WorkName[];
export type EnginesWorkName = (typeof ENGINES_WORKS)[number];

/** Targets that are measured by a work of another name. */
const WORK_OF_TARGET: Readonly<Record<string, WorkName>> = {
  t1: 'w1',
  t2: 'w1',
  t3: 'w1',
  t4: 'w2',
  t5: 'w3',
  t6: 'w4',
};

export type BenchArguments = {
  readonly works: readonly WorkName[];
  /** True when `only` named the works: those that are cut short in a full run are then done in full. */
  readonly isSelection: boolean;
  readonly size: 'quick' | 'default' | 'long';
  readonly isJson: boolean;
  readonly isHelp: boolean;
  /** The form of several processes on engines, beside the embedded one. */
  readonly areEngines: boolean;
  readonly profileDirectory: string | null;
};
export type ParsedArguments =
  { readonly ok: true; readonly value: BenchArguments } | { readonly ok: false; readonly problem: string };

export const USAGE = `Usage: npm run bench -- [options]
  --only w1,t9   only these: ${WORKS.join(', ')} (t1 to t6 stand for the work that shows them)
  --quick        a smoke test of everything, at most 40 s; with --engines two minutes
  --long         larger: 10,000 connections, logs of 10,000,000 events
  --engines      what each hop costs over several processes on engines: ${ENGINES_WORKS.join(', ')}
  --json         the report as JSON on standard output
  --profile DIR  write CPU profiles of the server below DIR
  --help         this text`;

const OPTIONS = {
  only: { type: 'string' },
  quick: { type: 'boolean' },
  long: { type: 'boolean' },
  engines: { type: 'boolean' },
  json: { type: 'boolean' },
  profile: { type: 'string' },
  help: { type: 'boolean' },
} as const;

const isEnginesWork = (work: WorkName): work is EnginesWorkName =>
  (ENGINES_WORKS as readonly WorkName[]).includes(work);

const worksOf = (only: string, areEngines: boolean): readonly WorkName[] | string => {
  const wanted = new Set<WorkName>();
  for (const name of only.split(',').map((part) => part.trim().toLowerCase())) {
    const work = WORK_OF_TARGET[name] ?? WORKS.find((known) => known === name);
    if (work === undefined) return `--only does not know "${name}"`;
    if (areEngines && !isEnginesWork(work)) return `--engines does not measure ${work}`;
    wanted.add(work);
  }
  return WORKS.filter((work) => wanted.has(work));
};

/** Reads the command line; `problem` is one line for whoever typed it. */
export const parseArguments = (texts: readonly string[]): ParsedArguments => {
  try {
    const { values } = parseArgs({ args: [...texts], options: OPTIONS, strict: true });
    const areEngines = values.engines === true;
    const everything = areEngines ? ENGINES_WORKS : WORKS;
    const works = values.only === undefined ? everything : worksOf(values.only, areEngines);
    if (typeof works === 'string') return { ok: false, problem: works };
    if (values.quick === true && values.long === true)
      return { ok: false, problem: '--quick and --long contradict each other' };
    return {
      ok: true,
      value: {
        works,
        isSelection: values.only !== undefined,
        size: values.quick === true ? 'quick' : values.long === true ? 'long' : 'default',
        isJson: values.json === true,
        areEngines,
        isHelp: values.help === true,
        profileDirectory: values.profile ?? null,
      },
    };
  } catch (error) {
    return { ok: false, problem: (error as Error).message };
  }
};
