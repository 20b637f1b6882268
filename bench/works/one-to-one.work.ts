import { startRelay } from '../baseline/relay-process.js';
import { closeAll } from '../load/connections.js';
import { relayPairs, serverPairs } from '../load/conversations.js';
import type { Pace } from '../load/load-options.js';
import type { MeasuredLoad } from '../load/measured-load.js';
import { whileRunning } from '../process/while-running.js';
import type { Plan } from '../plan.js';
import type { Figure, Section } from '../report/figure.js';
import { medianOf } from '../report/statistics.js';
import { withServer, type Bench } from './bench.js';
import { Duel, latencyFigure, sentText, threadsText, versus, type Pair } from './duel.js';

const K10: Pace = { kind: 'window', outstanding: 10 };
const K1: Pace = { kind: 'window', outstanding: 1 };
const RATE: Pace = { kind: 'rate', perSecond: 500 };
const WARM_UP_MS = 1_000;

type Rounds = { readonly k10: readonly Pair[]; readonly k1: readonly Pair[]; readonly rate: readonly Pair[] };

const allRounds = async (duel: Duel, { rounds, loadMs, rateMs }: Plan): Promise<Rounds> => {
  await duel.round('warm-up', K10, Math.min(WARM_UP_MS, loadMs));
  const all: { k10: Pair[]; k1: Pair[]; rate: Pair[] } = { k10: [], k1: [], rate: [] };
  for (let round = 1; round <= rounds; round += 1) {
    all.k10.push(await duel.round(`k=10, round ${round} of ${rounds}`, K10, loadMs));
    all.k1.push(await duel.round(`k=1, round ${round} of ${rounds}`, K1, loadMs));
    all.rate.push(await duel.round(`500/s, round ${round} of ${rounds}`, RATE, rateMs));
  }
  return all;
};

const throughputFigures = (pairs: readonly Pair[]): readonly Figure[] => [
  {
    ...versus(pairs, 'k=10: delivered', '/s', ({ deliveredPerSecond }) => deliveredPerSecond),
    bounds: [
      { target: 'T1', of: 'ratio', limit: 'at-least', must: 0.2, aim: 0.4 },
      { target: 'T1', of: 'value', limit: 'at-least', must: 12_800, aim: 25_600 },
    ],
  },
  {
    ...versus(pairs, 'k=10: CPU per message', 'µs', ({ cpuMicrosPerMessage }) => cpuMicrosPerMessage),
    bounds: [{ target: 'T1', of: 'value', limit: 'at-most', must: 80, aim: 40 }],
  },
  {
    name: 'k=10: last read model up to date after the load',
    unit: 's',
    value: medianOf(pairs, ({ server }) => server.catchUpMs / 1_000),
    bounds: [{ target: 'T1', of: 'value', limit: 'at-most', must: 5 }],
  },
  latencyFigure(pairs, 'k=10', 'p50'),
  latencyFigure(pairs, 'k=10', 'p95'),
  latencyFigure(pairs, 'k=10', 'p99'),
];

const waitingFigures = (k1: readonly Pair[], rate: readonly Pair[]): readonly Figure[] => [
  {
    ...versus(k1, 'k=1: delivered', '/s', ({ deliveredPerSecond }) => deliveredPerSecond),
    bounds: [{ target: 'T2', of: 'value', limit: 'at-least', must: 6_000, aim: 12_470 }],
  },
  versus(k1, 'k=1: CPU per message', 'µs', ({ cpuMicrosPerMessage }) => cpuMicrosPerMessage),
  {
    ...latencyFigure(rate, '500/s', 'p50'),
    bounds: [{ target: 'T3', of: 'value', limit: 'at-most', must: 1, aim: 0.65 }],
  },
  latencyFigure(rate, '500/s', 'p95'),
  {
    ...latencyFigure(rate, '500/s', 'p99'),
    bounds: [{ target: 'T3', of: 'value', limit: 'at-most', must: 10, aim: 4 }],
  },
];

const sectionOf = ({ k10, k1, rate }: Rounds, pairs: number): Section => {
  const lastOf = (of: (load: MeasuredLoad) => number): string =>
    k10.map(({ server }) => of(server).toFixed(2)).join(', ');
  return {
    title: `W1 one-to-one: ${pairs} pairs, bodies of 100 bytes, stored durably before the acknowledgement`,
    figures: [
      ...throughputFigures(k10),
      ...waitingFigures(k1, rate),
      {
        name: 'resident memory of the server',
        unit: 'MiB',
        value: Math.max(...k10.map(({ server }) => server.residentKib)) / 1_024,
      },
    ],
    notes: [
      sentText([...k10, ...k1, ...rate]),
      threadsText('k=10', k10),
      threadsText('k=1', k1),
      `at the end of each k=10 load the slowest projection was behind by: ${lastOf(({ gapEvents }) => gapEvents)} events; ${lastOf(({ lagSeconds }) => lagSeconds)} s`,
    ],
  };
};

/** W1: 100 pairs, one side sends. Shows T1, T2 and T3. */
export const oneToOne = async (bench: Bench): Promise<Section> => {
  const { pairs } = bench.plan;
  return whileRunning(await startRelay(bench.cores), (relay) =>
    withServer(bench, { name: 'w1', accountCount: pairs * 2 }, async (server, accounts) => {
      const serverSide = await serverPairs([server.url], accounts);
      const relaySide = await relayPairs(relay.port, pairs);
      const duel = new Duel('W1', bench, { server, relay }, { server: serverSide, relay: relaySide });
      const rounds = await allRounds(duel, bench.plan);
      closeAll([...serverSide, ...relaySide].flatMap(({ members }) => members));
      return sectionOf(rounds, pairs);
    }),
  );
};
