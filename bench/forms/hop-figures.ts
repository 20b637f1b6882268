import type { Figure } from '../report/figure.js';
import { medianOf } from '../report/statistics.js';
import { against, ofEngines, type FormPair } from './form-duel.js';
import { HOPS, type HopName, type HopTimes } from './hops.js';
import type { MeasuredForm } from './measured-form.js';

const PERCENTS = ['p50', 'p95', 'p99'] as const;

const hopFiguresOf = (pairs: readonly FormPair[], title: string, hop: HopName): readonly Figure[] => {
  const compare = hop === 'channel' ? ofEngines : against;
  const name = `${title}: ${HOPS[hop].title}`;
  const figure = (suffix: string, key: keyof HopTimes): Figure =>
    compare(pairs, `${name}: ${suffix}`, 'ms', ({ hops }) => hops[hop][key]);
  return [figure('p50', 'p50Ms'), figure('p95', 'p95Ms'), figure('p99', 'p99Ms')];
};

/** What the clients see and what each hop takes of it, in the order of a message's way. */
export const hopFigures = (pairs: readonly FormPair[], title: string): readonly Figure[] => [
  ...PERCENTS.map((percent) =>
    against(pairs, `${title}: send → acknowledged: ${percent}`, 'ms', ({ ackMs }) => ackMs[percent]),
  ),
  ...(['channel', 'command', 'append', 'feed', 'push'] as const).flatMap((hop) => hopFiguresOf(pairs, title, hop)),
  ...PERCENTS.map((percent) =>
    against(pairs, `${title}: send → received: ${percent}`, 'ms', ({ latencyMs }) => latencyMs[percent]),
  ),
];

/** Processor time of a message: all of it, then by process. */
export const cpuFigures = (pairs: readonly FormPair[], title: string): readonly Figure[] => {
  const names = new Set(pairs.flatMap(({ engines }) => [...engines.partMicrosPerMessage.keys()]));
  return [
    against(pairs, `${title}: CPU per message, all processes`, 'µs', ({ cpuMicrosPerMessage }) => cpuMicrosPerMessage),
    ...[...names].map((name) =>
      ofEngines(pairs, `${title}: CPU per message, ${name}`, 'µs', ({ partMicrosPerMessage }) => {
        return partMicrosPerMessage.get(name) ?? 0;
      }),
    ),
  ];
};

const ms = (value: number): string => `${value.toFixed(2)} ms`;

/** Both are counted from the decision: a feed may have the event before the append is answered. */
const feedText = (feed: number, answered: number): string =>
  feed < answered
    ? `in the feed ${ms(answered - feed)} before the append is answered`
    : `in the feed ${ms(feed - answered)} after the append is answered`;

/** Means add up where percentiles do not: where the time of a message goes, in one sentence. */
export const meansText = (pairs: readonly FormPair[], title: string): string => {
  const mean = (of: (load: MeasuredForm) => number): number => medianOf(pairs, ({ engines }) => of(engines));
  const of = (hop: HopName): number => mean(({ hops }) => hops[hop].meanMs);
  const acked = mean(({ ackMs }) => ackMs.mean);
  const perAppend = mean(({ result, hops }) => result.acked / hops.append.count);
  return (
    `${title}, means on engines: send → acknowledged ${ms(acked)} = client and gateway ${ms(acked - of('channel'))} ` +
    `+ channel ${ms(of('channel') - of('command'))} + wait for the batch and decision ${ms(of('command') - of('append'))} ` +
    `+ append ${ms(of('append'))}; ${feedText(of('feed'), of('command'))}, ` +
    `seen → written ${ms(of('push'))}; send → received ${ms(mean(({ latencyMs }) => latencyMs.mean))}; ` +
    `${perAppend.toFixed(1)} messages an append`
  );
};
