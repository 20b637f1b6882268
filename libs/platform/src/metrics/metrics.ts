import {
  collectDefaultMetrics,
  Counter as PromCounter,
  Gauge as PromGauge,
  Histogram as PromHistogram,
  Registry,
} from 'prom-client';

export type Labels = Readonly<Record<string, string>>;
/** About 0.1 µs an addition. */
export type Counter = { readonly add: (count?: number) => void };
export type Gauge = { readonly set: (value: number) => void };
/** About 0.15 µs an observation. */
export type Histogram = { readonly observe: (value: number) => void };

type Named = {
  /** Snake case without the prefix `verbatim_`, unit last: `append_seconds`, `outbound_queue_bytes`, `frames_total`. */
  readonly name: string;
  readonly help: string;
  /** Fixed for this instrument. Values come from closed lists, never from input: each combination is a series for ever. */
  readonly labels?: Labels;
};

/** Instruments by name. The same name and labels give the same series, whoever asks; label names belong to the name. */
export type Metrics = {
  /** The name ends in `_total`. */
  readonly counter: (instrument: Named) => Counter;
  /** `read`, where given, is called at each scrape. */
  readonly gauge: (instrument: Named & { readonly read?: () => number }) => Gauge;
  /** The name ends in its unit, as `_seconds`. */
  readonly histogram: (instrument: Named & { readonly buckets: readonly number[] }) => Histogram;
  /** Everything as Prometheus text. */
  readonly text: () => Promise<string>;
  readonly contentType: string;
};

/** Seconds from 0.25 ms to 10 s, for waits on disk, store and network. */
export const LATENCY_BUCKETS_SECONDS: readonly number[] = [
  0.000_25, 0.000_5, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.25, 0.5, 1, 2.5, 5, 10,
];

const PREFIX = 'verbatim_';
const GAUGE_OR_HISTOGRAM_NAME = /^[a-z][a-z0-9_]*_(seconds|bytes|ratio|count|events|info)$/;
const COUNTER_NAME = /^[a-z][a-z0-9_]*_total$/;

export const createMetrics = (options: { readonly processMetrics?: boolean } = {}): Metrics => {
  const registry = new Registry();
  if (options.processMetrics !== false) collectDefaultMetrics({ register: registry });
  const family = familiesOf(registry);
  return {
    counter: ({ labels = {}, ...named }) => {
      const counter = family(
        named.name,
        COUNTER_NAME,
        (name) => new PromCounter(settings(registry, name, named, labels)),
      );
      const series = counter.labels(labels);
      series.inc(0); // a series is there from the start: a rate over its first increment is not lost
      return { add: (count = 1) => series.inc(count) };
    },
    gauge: ({ labels = {}, read, ...named }) => {
      const readers = family(named.name, GAUGE_OR_HISTOGRAM_NAME, (name) => polledGauge(registry, name, named, labels));
      if (read !== undefined) readers.polls.push(() => readers.gauge.labels(labels).set(read()));
      const series = readers.gauge.labels(labels);
      return { set: (value) => series.set(value) };
    },
    histogram: ({ labels = {}, buckets, ...named }) => {
      const make = (name: string) =>
        new PromHistogram({ ...settings(registry, name, named, labels), buckets: [...buckets] });
      const series = family(named.name, GAUGE_OR_HISTOGRAM_NAME, make).labels(labels);
      return { observe: (value) => series.observe(value) };
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
};

type Settings = { name: string; help: string; labelNames: string[]; registers: Registry[] };

const settings = (registry: Registry, name: string, { help }: Named, labels: Labels): Settings => ({
  name,
  help,
  labelNames: Object.keys(labels),
  registers: [registry],
});

const polledGauge = (registry: Registry, name: string, named: Named, labels: Labels) => {
  const polls: (() => void)[] = [];
  const collect = (): void => polls.forEach((poll) => poll());
  return { polls, gauge: new PromGauge({ ...settings(registry, name, named, labels), collect }) };
};

/** One prom-client metric a name; the second request for a name finds the first one's. */
const familiesOf = (registry: Registry) => {
  const families = new Map<string, unknown>();
  return <Family>(name: string, pattern: RegExp, make: (fullName: string) => Family): Family => {
    if (!pattern.test(name)) throw new Error(`metric ${name} does not match ${pattern}: the unit goes last`);
    const fullName = PREFIX + name;
    const known = families.get(fullName) as Family | undefined;
    if (known !== undefined) return known;
    if (registry.getSingleMetric(fullName) !== undefined) throw new Error(`metric ${fullName} is taken`);
    const family = make(fullName);
    families.set(fullName, family);
    return family;
  };
};
