import { histogramIn, meanOf, quantileOf, since, together } from './histogram.js';

const textOf = (op: string, counts: readonly [number, number, number], sum: number): string => `
verbatim_command_seconds_bucket{le="0.001",op="${op}"} ${counts[0]}
verbatim_command_seconds_bucket{le="0.002",op="${op}"} ${counts[1]}
verbatim_command_seconds_bucket{le="+Inf",op="${op}"} ${counts[2]}
verbatim_command_seconds_sum{op="${op}"} ${sum}
verbatim_command_seconds_count{op="${op}"} ${counts[2]}
verbatim_command_seconds_other_count 99`;

const NAME = 'verbatim_command_seconds';
const SEND = textOf('message.send', [10, 20, 20], 0.02);

describe('a histogram of a process', () => {
  it('is read by its label, or all series together', () => {
    const text = SEND + textOf('receipt.advance', [0, 0, 5], 5);
    expect(histogramIn(text, NAME, 'op="message.send"')).toEqual({
      count: 20,
      sum: 0.02,
      buckets: [
        { bound: 0.001, count: 10 },
        { bound: 0.002, count: 20 },
        { bound: Number.POSITIVE_INFINITY, count: 20 },
      ],
    });
    expect(histogramIn(text, NAME).count).toBe(25);
  });

  it('is empty when the process has none', () => {
    const none = histogramIn('', NAME);
    expect([none.count, meanOf(none), quantileOf(none, 50)]).toEqual([0, Number.NaN, Number.NaN]);
  });

  it('has quantiles within its buckets, and none beyond its last bound', () => {
    const read = histogramIn(SEND, NAME);
    expect(quantileOf(read, 50)).toBeCloseTo(0.001);
    expect(quantileOf(read, 75)).toBeCloseTo(0.0015);
    expect(meanOf(read)).toBeCloseTo(0.001);
    expect(quantileOf(histogramIn(textOf('x', [0, 0, 5], 9), NAME), 99)).toBe(0.002);
  });

  it('passes over buckets that nothing fell into', () => {
    expect(quantileOf(histogramIn(textOf('x', [0, 4, 4], 0), NAME), 50)).toBeCloseTo(0.0015);
  });

  it('counts what came since an earlier reading, over several processes', () => {
    const earlier = histogramIn(SEND, NAME);
    const later = histogramIn(textOf('message.send', [10, 40, 40], 0.06), NAME);
    const both = together([since(later, earlier), earlier]);
    expect([both.count, both.sum]).toEqual([40, 0.06]);
    expect(quantileOf(since(later, earlier), 50)).toBeCloseTo(0.0015);
    expect(since(earlier, histogramIn('', NAME))).toEqual(earlier);
  });
});
