/**
 * The smallest value that at least `percent` % of the values do not exceed (nearest rank).
 * @param sorted rising; NaN when empty
 */
export const percentile = (sorted: ArrayLike<number>, percent: number): number => {
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
};

/** The middle value, or the mean of the two in the middle; NaN when there is none. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
};

export type Percentiles = { readonly p50: number; readonly p95: number; readonly p99: number };

/** Percentiles of values in any order. */
export const percentilesOf = (values: Float64Array): Percentiles => {
  const sorted = values.toSorted();
  return { p50: percentile(sorted, 50), p95: percentile(sorted, 95), p99: percentile(sorted, 99) };
};

/** The median of one figure over several rounds. */
export const medianOf = <Round>(rounds: readonly Round[], figure: (round: Round) => number): number =>
  median(rounds.map(figure));
