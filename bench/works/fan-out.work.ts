import { startRelay } from '../baseline/relay-process.js';
import { closeAll } from '../load/connections.js';
import { relayGroup, serverGroup } from '../load/conversations.js';
import type { Pace } from '../load/load-options.js';
import { whileRunning } from '../process/while-running.js';
import type { Plan } from '../plan.js';
import type { Section } from '../report/figure.js';
import { withServer, type Bench } from './bench.js';
import { Duel, latencyFigure, sentText, threadsText, versus, type Pair } from './duel.js';

const MEMBERS = 100;
const K5: Pace = { kind: 'window', outstanding: 5 };
const RATE: Pace = { kind: 'rate', perSecond: 10 };
const WARM_UP_MS = 1_000;

type Rounds = { readonly k5: readonly Pair[]; readonly rate: readonly Pair[] };

const allRounds = async (duel: Duel, { rounds, loadMs, rateMs }: Plan): Promise<Rounds> => {
  await duel.round('warm-up', K5, Math.min(WARM_UP_MS, loadMs));
  const all: { k5: Pair[]; rate: Pair[] } = { k5: [], rate: [] };
  for (let round = 1; round <= rounds; round += 1) {
    all.k5.push(await duel.round(`k=5, round ${round} of ${rounds}`, K5, loadMs));
    all.rate.push(await duel.round(`10/s, round ${round} of ${rounds}`, RATE, rateMs));
  }
  return all;
};

const sectionOf = ({ k5, rate }: Rounds): Section => ({
  title: `W2 fan-out: one group of ${MEMBERS} online, 20 senders`,
  figures: [
    {
      ...versus(k5, 'k=5: deliveries', '/s', ({ pushedPerSecond }) => pushedPerSecond),
      bounds: [
        { target: 'T4', of: 'ratio', limit: 'at-least', must: 2.5, aim: 5 },
        { target: 'T4', of: 'value', limit: 'at-least', must: 300_000 },
      ],
    },
    {
      ...versus(k5, 'k=5: CPU per delivery', 'µs', ({ cpuMicrosPerPush }) => cpuMicrosPerPush),
      bounds: [{ target: 'T4', of: 'value', limit: 'at-most', must: 3, aim: 1.2 }],
    },
    latencyFigure(rate, '10/s', 'p50'),
    latencyFigure(rate, '10/s', 'p95'),
    latencyFigure(rate, '10/s', 'p99'),
  ],
  notes: [sentText([...k5, ...rate]), threadsText('k=5', k5)],
});

/** W2: one group in which everybody is online. Shows T4 against a loop of `ws.send`. */
export const fanOut = async (bench: Bench): Promise<Section> => {
  return whileRunning(await startRelay(bench.cores), (relay) =>
    withServer(bench, { name: 'w2', accountCount: MEMBERS }, async (server, accounts) => {
      const sides = {
        server: [await serverGroup([server.url], accounts)],
        relay: [await relayGroup(relay.port, MEMBERS)],
      };
      const rounds = await allRounds(new Duel('W2', bench, { server, relay }, sides), bench.plan);
      closeAll([...sides.server, ...sides.relay].flatMap(({ members }) => members));
      return sectionOf(rounds);
    }),
  );
};
