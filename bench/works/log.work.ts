import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BATCHES, type AppendRates, type LogBenchOptions, type LogBenchResult } from '../log/log-bench.js';
import { withFolder } from '../process/work-folder.js';
import type { Figure, Section } from '../report/figure.js';
import { medianOf } from '../report/statistics.js';
import type { Bench } from './bench.js';

const MAIN = fileURLToPath(new URL('../log/log-bench.main.js', import.meta.url));
/** The batches that T7 speaks of. */
const TARGET_BATCHES: readonly number[] = [1, 100];

const run = ({ plan: { rounds, appendMs, replayEvents }, cores }: Bench): Promise<LogBenchResult> =>
  withFolder('bench-log', async (directory) => {
    const options: LogBenchOptions = { directory, rounds, appendMs, replayEvents };
    const [program = '', ...parameters] = cores.onAnyCore([process.execPath, MAIN, JSON.stringify(options)]);
    const { stdout } = await promisify(execFile)(program, parameters);
    return JSON.parse(stdout) as LogBenchResult;
  });

type Shape = 'appends' | 'oneAppend';

const versusBare = (rates: readonly AppendRates[], shape: Shape, name: string): Figure => ({
  name,
  unit: '/s',
  value: medianOf(rates, (rate) => rate[shape].perSecond),
  baseline: { name: 'bare SQLite', value: medianOf(rates, ({ bare }) => bare.perSecond) },
});

const cpuVersusBare = (rates: readonly AppendRates[], shape: Shape, name: string): Figure => ({
  name: `${name}: CPU each`,
  unit: 'µs',
  value: medianOf(rates, (rate) => rate[shape].cpuMicros),
  baseline: { name: 'bare SQLite', value: medianOf(rates, ({ bare }) => bare.cpuMicros) },
});

const appendFigures = (rounds: LogBenchResult['rounds'], batch: number): readonly Figure[] => {
  const rates = rounds.flatMap((round) => round.filter((rate) => rate.batch === batch));
  const waiting = `${batch} appends of one event at a time`;
  const together = `${batch} events in one append`;
  const bounds = [{ target: 'T7', of: 'ratio', limit: 'at-least', must: 0.6, aim: 0.85 }] as const;
  const bounded = (figure: Figure): Figure => (TARGET_BATCHES.includes(batch) ? { ...figure, bounds } : figure);
  const shapes: readonly [Shape, string][] =
    batch === 1
      ? [['appends', waiting]]
      : [
          ['appends', waiting],
          ['oneAppend', together],
        ];
  return shapes.flatMap(([shape, name]) => [
    bounded(versusBare(rates, shape, name)),
    cpuVersusBare(rates, shape, name),
  ]);
};

/** The log alone, without a server: durable appends against SQLite's own limit, and replay. Shows T7. */
export const log = async (bench: Bench): Promise<Section> => {
  bench.progress.say('T7: appends of 1, 10, 100 and 1,000 events, and a replay');
  const { eventBytes, rounds, replay } = await run(bench);
  const replayed: Figure = {
    name: 'replay with hash and link checked',
    unit: '/s',
    value: replay.port.perSecond,
    baseline: { name: 'read and parsed', value: replay.bare.perSecond },
    bounds: [{ target: 'T7', of: 'value', limit: 'at-least', must: 100_000, aim: 200_000 }],
  };
  return {
    title: `T7 log: durable events of ${eventBytes} bytes, a second`,
    figures: [...BATCHES.flatMap((batch) => appendFigures(rounds, batch)), replayed],
    notes: [
      'bare SQLite: inserts with the same unique index and one commit for each batch, on one thread, no chain, no checks',
    ],
  };
};
