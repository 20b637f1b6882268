/** A Prometheus histogram, or what was added to one between two readings. */
export type Histogram = {
  readonly count: number;
  readonly sum: number;
  /** Rising; the last bound is infinite. Counts of this bucket and all below it. */
  readonly buckets: readonly { readonly bound: number; readonly count: number }[];
};

const EMPTY: Histogram = { count: 0, sum: 0, buckets: [] };

const boundOf = (text: string): number => (text === '+Inf' ? Number.POSITIVE_INFINITY : Number(text));

/** The series of a histogram in Prometheus text, all of them together. @param label as `op="message.send"`: those that have it alone */
export const histogramIn = (text: string, name: string, label: string | null = null): Histogram => {
  const buckets = new Map<number, number>();
  let [count, sum] = [0, 0];
  for (const [, part, labels = '', value] of text.matchAll(
    new RegExp(`^${name}_(bucket|sum|count)(?:\\{([^}]*)\\})? (\\S+)$`, 'gm'),
  )) {
    if (label !== null && !labels.split(',').includes(label)) continue;
    if (part === 'count') count += Number(value);
    else if (part === 'sum') sum += Number(value);
    else {
      const bound = boundOf(/le="([^"]*)"/.exec(labels)?.[1] ?? '');
      buckets.set(bound, (buckets.get(bound) ?? 0) + Number(value));
    }
  }
  return { count, sum, buckets: [...buckets].sort(([a], [b]) => a - b).map(([bound, of]) => ({ bound, count: of })) };
};

const combine = (one: Histogram, other: Histogram, sign: 1 | -1): Histogram => {
  const bounds = new Set([...one.buckets, ...other.buckets].map(({ bound }) => bound));
  const at = ({ buckets }: Histogram, bound: number): number =>
    buckets.find((each) => each.bound === bound)?.count ?? 0;
  return {
    count: one.count + sign * other.count,
    sum: one.sum + sign * other.sum,
    buckets: [...bounds]
      .sort((a, b) => a - b)
      .map((bound) => ({ bound, count: at(one, bound) + sign * at(other, bound) })),
  };
};

/** The same histogram of several processes as one. */
export const together = (histograms: readonly Histogram[]): Histogram =>
  histograms.reduce((all, one) => combine(all, one, 1), EMPTY);

/** What was added since an earlier reading. */
export const since = (now: Histogram, earlier: Histogram): Histogram => combine(now, earlier, -1);

/** NaN when nothing was observed. */
export const meanOf = ({ sum, count }: Histogram): number => (count === 0 ? Number.NaN : sum / count);

/** Interpolated within its bucket, as `histogram_quantile` does: exact to the width of the bucket. NaN when nothing was observed. */
export const quantileOf = ({ buckets, count }: Histogram, percent: number): number => {
  const rank = (percent / 100) * count;
  let below = { bound: 0, count: 0 };
  for (const bucket of buckets) {
    if (bucket.count >= rank && bucket.count > below.count) {
      if (!Number.isFinite(bucket.bound)) return below.bound;
      const part = (rank - below.count) / (bucket.count - below.count);
      return below.bound + (bucket.bound - below.bound) * part;
    }
    below = bucket;
  }
  return Number.NaN;
};
