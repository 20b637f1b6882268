import { withDuel } from '../forms/both-forms.js';
import { against, countedTexts, type FormDuel, type FormPair } from '../forms/form-duel.js';
import { cpuFigures, hopFigures, meansText } from '../forms/hop-figures.js';
import { serverGroup } from '../load/conversations.js';
import type { Pace } from '../load/load-options.js';
import type { Plan } from '../plan.js';
import type { Section } from '../report/figure.js';
import type { Bench } from './bench.js';

const MEMBERS = 100;
const K5: Pace = { kind: 'window', outstanding: 5 };
const RATE: Pace = { kind: 'rate', perSecond: 10 };

type Rounds = { readonly k5: readonly FormPair[]; readonly rate: readonly FormPair[] };

const allRounds = async (duel: FormDuel, { rounds, loadMs, rateMs, enginesWarmUpMs }: Plan): Promise<Rounds> => {
  await duel.round('warm-up', K5, enginesWarmUpMs);
  const all: { k5: FormPair[]; rate: FormPair[] } = { k5: [], rate: [] };
  for (let round = 1; round <= rounds; round += 1) {
    all.k5.push(await duel.round(`k=5, round ${round} of ${rounds}`, K5, loadMs));
    all.rate.push(await duel.round(`10/s, round ${round} of ${rounds}`, RATE, rateMs));
  }
  return all;
};

const sectionOf = ({ k5, rate }: Rounds): Section => ({
  title: `W2 fan-out on engines: one group of ${MEMBERS} over all gateways, 20 senders, against everything embedded`,
  figures: [
    against(k5, 'k=5: deliveries', '/s', ({ pushedPerSecond }) => pushedPerSecond),
    ...cpuFigures(k5, 'k=5'),
    ...hopFigures(rate, '10/s'),
  ],
  notes: [...countedTexts([...k5, ...rate]), meansText(k5, 'k=5'), meansText(rate, '10/s')],
});

/** W2 over several processes: one group whose members are at all gateways. */
export const enginesFanOut = (bench: Bench): Promise<Section> => {
  const converse = async (...given: Parameters<typeof serverGroup>) => [await serverGroup(...given)];
  return withDuel(bench, { name: 'w2', accountCount: MEMBERS, converse }, async (duel) =>
    sectionOf(await allRounds(duel, bench.plan)),
  );
};
