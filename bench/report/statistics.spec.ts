import { median, medianOf, percentile, percentilesOf } from './statistics.js';

const ONE_TO_HUNDRED = Array.from({ length: 100 }, (_, index) => index + 1);

describe('taking a percentile', () => {
  it('is the smallest value that enough values do not exceed', () => {
    expect([1, 50, 95, 99, 100].map((percent) => percentile(ONE_TO_HUNDRED, percent))).toEqual([1, 50, 95, 99, 100]);
  });

  it('is one of the values, never something between them', () => {
    expect(percentile([10, 20, 30], 50)).toBe(20);
    expect(percentile([10, 20], 51)).toBe(20);
  });

  it('is the only value of one', () => {
    expect([0, 50, 99, 100].map((percent) => percentile([7], percent))).toEqual([7, 7, 7, 7]);
  });

  it('is not a number when there is no value', () => {
    expect(percentile([], 50)).toBeNaN();
  });

  it('takes values in any order and leaves them as they were', () => {
    const values = Float64Array.from([3, 1, 2]);
    expect(percentilesOf(values)).toEqual({ p50: 2, p95: 3, p99: 3 });
    expect([...values]).toEqual([3, 1, 2]);
  });
});

describe('taking a median', () => {
  it('is the middle value of an odd number', () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  it('is the mean of the two in the middle of an even number', () => {
    expect(median([1, 100, 2, 4])).toBe(3);
  });

  it('is not a number when there is no value', () => {
    expect(median([])).toBeNaN();
  });

  it('is taken of one figure of every round', () => {
    expect(medianOf([{ ms: 3 }, { ms: 1 }, { ms: 2 }], ({ ms }) => ms)).toBe(2);
  });
});
