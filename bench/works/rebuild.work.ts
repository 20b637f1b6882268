import { growCrowd } from '../log/grow-log.js';
import { withFolder } from '../process/work-folder.js';
import type { Figure, Section } from '../report/figure.js';
import type { Bench } from './bench.js';
import { GrowingDirectory, type Rebuild } from './growing-directory.js';

/** The size that T8 speaks of. */
const TARGET_EVENTS = 1_000_000;
const EVENTS_PER_CONVERSATION = 1_000;

/** A process that starts with 10,000 events says nothing about a million. */
const SCALABLE_EVENTS_MIN = 100_000;

const rebuildFigures = (rebuild: Rebuild, events: number): readonly Figure[] => {
  const { startSeconds, catchUpSeconds, cpuSeconds, peakKibFirstHalf, peakKibSecondHalf } = rebuild;
  const scaled: Figure = {
    name: `start and all read models, for ${TARGET_EVENTS.toLocaleString('en-GB')} events`,
    unit: 's',
    value: startSeconds + (catchUpSeconds * TARGET_EVENTS) / events,
    bounds: [{ target: 'T8', of: 'value', limit: 'at-most', must: 60, aim: 25 }],
  };
  return [
    ...(events < SCALABLE_EVENTS_MIN ? [] : [scaled]),
    { name: 'start to ready', unit: 's', value: startSeconds },
    { name: 'events', unit: '/s', value: events / catchUpSeconds },
    { name: 'CPU per event, the start included', unit: 'µs', value: (cpuSeconds * 1e6) / events },
    {
      name: 'peak of resident memory, second half of the time',
      unit: 'MiB',
      value: peakKibSecondHalf / 1_024,
      baseline: { name: 'first half', value: peakKibFirstHalf / 1_024 },
    },
  ];
};

/** T8: read models are made anew from the log. */
export const rebuild = (bench: Bench): Promise<Section> =>
  withFolder('bench-rebuild', async (path) => {
    const directory = new GrowingDirectory(bench, path, 't8');
    const conversations = Math.ceil(bench.plan.grownEvents / EVENTS_PER_CONVERSATION);
    const events = conversations * EVENTS_PER_CONVERSATION;
    await directory.grow(`${events} events`, (store) => growCrowd(store, conversations, EVENTS_PER_CONVERSATION));
    return {
      title: `T8 rebuild: ${events.toLocaleString('en-GB')} events in ${conversations.toLocaleString('en-GB')} conversations`,
      figures: rebuildFigures(await directory.rebuild(), events),
      notes: ['the server serves from its ready line on, while the read models are made'],
    };
  });
