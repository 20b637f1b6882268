import type { LoadResult } from '../load/load-options.js';
import { cpuFigures, hopFigures, meansText } from './hop-figures.js';
import type { HopTimes } from './hops.js';
import type { MeasuredForm } from './measured-form.js';

const times = (meanMs: number): HopTimes => ({
  count: 20,
  meanMs,
  p50Ms: meanMs,
  p95Ms: 2 * meanMs,
  p99Ms: 3 * meanMs,
});

const measured = (feedMs: number, parts: readonly (readonly [string, number])[]): MeasuredForm => ({
  result: { acked: 100 } as LoadResult,
  deliveredPerSecond: 1,
  pushedPerSecond: 2,
  latencyMs: { p50: 11, p95: 12, p99: 13, mean: 11 },
  ackMs: { p50: 10, p95: 11, p99: 12, mean: 10 },
  hops: { channel: times(8), command: times(5), append: times(4), feed: times(feedMs), push: times(1) },
  cpuMicrosPerMessage: 700,
  partMicrosPerMessage: new Map(parts),
  catchUpMs: 0,
});

const pairWith = (feedMs: number) => ({
  embedded: measured(1, [['server', 70]]),
  engines: measured(feedMs, [
    ['gateway', 300],
    ['redis', 0],
  ]),
});

describe('what hops cost', () => {
  it('adds up: each part of an acknowledgement is what its hop takes beyond the hop within', () => {
    expect(meansText([pairWith(7)], '200/s')).toBe(
      '200/s, means on engines: send → acknowledged 10.00 ms = client and gateway 2.00 ms + channel 3.00 ms ' +
        '+ wait for the batch and decision 1.00 ms + append 4.00 ms; in the feed 2.00 ms after the append is answered, ' +
        'seen → written 1.00 ms; send → received 11.00 ms; 5.0 messages an append',
    );
  });

  it('says when a feed has the event before the append is answered', () => {
    expect(meansText([pairWith(4.5)], 'k=1')).toContain('in the feed 0.50 ms before the append is answered');
  });

  it('has no channel in the embedded form to compare with', () => {
    const figures = hopFigures([pairWith(7)], '200/s');
    const channel = figures.filter(({ name }) => name.includes('gateway → command-api'));
    expect(channel.map(({ value, baseline }) => [value, baseline])).toEqual([
      [8, undefined],
      [16, undefined],
      [24, undefined],
    ]);
    expect(figures.filter(({ baseline }) => baseline === undefined)).toHaveLength(3);
  });

  it('names the time of each process of the engines, and of all together beside the embedded form', () => {
    expect(cpuFigures([pairWith(7)], 'k=1').map(({ name, value }) => [name, value])).toEqual([
      ['k=1: CPU per message, all processes', 700],
      ['k=1: CPU per message, gateway', 300],
      ['k=1: CPU per message, redis', 0],
    ]);
  });
});
