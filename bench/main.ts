import { cpus, loadavg, totalmem } from 'node:os';
import { parseArguments, USAGE, type BenchArguments, type EnginesWorkName } from './arguments.js';
import { enginesText, missingEngines } from './forms/engines.js';
import { planOf, type Plan } from './plan.js';
import { cleanUpAtExit } from './process/clean-up.js';
import { pinGenerator, unpinned } from './process/cores.js';
import { createProgress } from './progress.js';
import type { Section } from './report/figure.js';
import { renderReport } from './report/render-report.js';
import type { Circumstances, Report } from './report/report.js';
import { RAISED_LIMITS } from './server/server-process.js';
import type { Bench } from './works/bench.js';
import { enginesWorks, NEEDS, works } from './works/works.js';

const BYTES_PER_GIB = 1_073_741_824;

/** What those have to know who read figures of the form of several processes. */
const enginesLines = ({ gateways, commandApis }: Plan): readonly string[] => [
  `${gateways} gateways, ${commandApis} command-apis, 1 projector; ${enginesText()}`,
  'event-store-server speaks the protocol of EventStoreDB for tests: it is not EventStoreDB, whose appends take their own time',
  'all processes and the load share these cores: the figures tell what hops cost, not what a cluster reaches',
];

const circumstancesOf = (
  { plan, cores }: Bench,
  areEngines: boolean,
  startedAt: Date,
  loadAverage: number,
): Circumstances => {
  const [cpu] = cpus();
  return {
    node: process.versions.node,
    cpuModel: cpu?.model ?? 'unknown processor',
    cpuCount: cpus().length,
    memoryGib: totalmem() / BYTES_PER_GIB,
    loadAverage,
    arePinned: cores.arePinned,
    plan: plan.name,
    engines: areEngines ? enginesLines(plan) : [],
    raisedLimits: RAISED_LIMITS,
    startedAt: startedAt.toISOString(),
    durationSeconds: (Date.now() - startedAt.getTime()) / 1_000,
  };
};

const run = async (options: BenchArguments): Promise<Report> => {
  const startedAt = new Date();
  const [loadAverage = 0] = loadavg();
  const { profileDirectory, areEngines } = options;
  const progress = createProgress();
  const cores = areEngines ? unpinned() : pinGenerator();
  const bench: Bench = { plan: planOf(options), cores, progress, profileDirectory, faults: [] };
  const sections: Section[] = [];
  const skipped: string[] = [];
  for (const name of options.works) {
    const section = await (areEngines ? enginesWorks[name as EnginesWorkName] : works[name])(bench);
    if (section === null) skipped.push(`${name}: ${NEEDS[name] ?? 'something'} is not installed`);
    else sections.push(section);
  }
  progress.clear();
  return {
    circumstances: circumstancesOf(bench, areEngines, startedAt, loadAverage),
    sections,
    skipped,
    faults: bench.faults,
  };
};

const main = async (): Promise<void> => {
  const parsed = parseArguments(process.argv.slice(2));
  if (!parsed.ok) throw new Error(`${parsed.problem}\n${USAGE}`);
  if (parsed.value.isHelp) return void process.stdout.write(`${USAGE}\n`);
  if (process.platform !== 'linux') throw new Error('the bench reads /proc: it runs on Linux');
  const missing = parsed.value.areEngines ? missingEngines() : [];
  if (missing.length > 0) throw new Error(`--engines needs ${missing.join(' and ')}`);
  cleanUpAtExit();
  const report = await run(parsed.value);
  process.stdout.write(`${parsed.value.isJson ? JSON.stringify(report, null, 2) : renderReport(report)}\n`);
  if (report.faults.length > 0) process.exitCode = 1;
};

main().catch((error: unknown) => {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
