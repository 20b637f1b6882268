import { withDuel } from '../forms/both-forms.js';
import { against, countedTexts, type FormDuel, type FormPair } from '../forms/form-duel.js';
import { cpuFigures, hopFigures, meansText } from '../forms/hop-figures.js';
import { serverPairs } from '../load/conversations.js';
import type { Pace } from '../load/load-options.js';
import type { Plan } from '../plan.js';
import type { Section } from '../report/figure.js';
import type { Bench } from './bench.js';

const K10: Pace = { kind: 'window', outstanding: 10 };
const K1: Pace = { kind: 'window', outstanding: 1 };

type Rounds = {
  readonly k10: readonly FormPair[];
  readonly k1: readonly FormPair[];
  readonly rate: readonly FormPair[];
};

const allRounds = async (duel: FormDuel, plan: Plan): Promise<Rounds> => {
  const { rounds, loadMs, rateMs, enginesWarmUpMs, enginesPerSecond } = plan;
  const rate: Pace = { kind: 'rate', perSecond: enginesPerSecond };
  await duel.round('warm-up', K1, enginesWarmUpMs);
  const all: { k10: FormPair[]; k1: FormPair[]; rate: FormPair[] } = { k10: [], k1: [], rate: [] };
  for (let round = 1; round <= rounds; round += 1) {
    all.k10.push(await duel.round(`k=10, round ${round} of ${rounds}`, K10, loadMs));
    all.k1.push(await duel.round(`k=1, round ${round} of ${rounds}`, K1, loadMs));
    all.rate.push(await duel.round(`${enginesPerSecond}/s, round ${round} of ${rounds}`, rate, rateMs));
  }
  return all;
};

const sectionOf = ({ k10, k1, rate }: Rounds, { enginesPairs, enginesPerSecond }: Plan): Section => {
  const paced = `${enginesPerSecond}/s`;
  return {
    title: `W1 one-to-one on engines: ${enginesPairs} pairs at different gateways, against everything embedded`,
    figures: [
      against(k10, 'k=10: delivered', '/s', ({ deliveredPerSecond }) => deliveredPerSecond),
      ...cpuFigures(k10, 'k=10'),
      against(k10, 'k=10: last read model up to date after the load', 's', ({ catchUpMs }) => catchUpMs / 1_000),
      against(k1, 'k=1: delivered', '/s', ({ deliveredPerSecond }) => deliveredPerSecond),
      ...cpuFigures(k1, 'k=1'),
      ...hopFigures(rate, paced),
      ...cpuFigures(rate, paced),
    ],
    notes: [
      ...countedTexts([...k10, ...k1, ...rate]),
      meansText(k10, 'k=10'),
      meansText(k1, 'k=1'),
      meansText(rate, paced),
    ],
  };
};

/** W1 over several processes: what each hop of a message costs. */
export const enginesOneToOne = (bench: Bench): Promise<Section> => {
  const { plan } = bench;
  const settings = { name: 'w1', accountCount: plan.enginesPairs * 2, converse: serverPairs };
  return withDuel(bench, settings, async (duel) => sectionOf(await allRounds(duel, plan), plan));
};
