import { type Histogram, histogramIn, meanOf, quantileOf, since, together } from './histogram.js';

/** The ways of a message that the processes themselves measure, in the order in which it takes them. */
export const HOPS = {
  channel: {
    title: 'gateway → command-api and back',
    metric: 'verbatim_channel_call_seconds',
    label: 'op="message.send"',
  },
  command: {
    title: 'command-api: command → durable',
    metric: 'verbatim_command_seconds',
    label: 'op="message.send"',
  },
  append: { title: 'of that: the append', metric: 'verbatim_append_seconds', label: null },
  feed: { title: "decided → seen by a gateway's feed", metric: 'verbatim_gateway_feed_delay_seconds', label: null },
  push: { title: 'seen → written to the sockets', metric: 'verbatim_gateway_push_seconds', label: null },
} as const;

export type HopName = keyof typeof HOPS;
export const hopNames = Object.keys(HOPS) as readonly HopName[];

export type HopTimes = {
  readonly count: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
};

type Reading = Readonly<Record<HopName, Histogram>>;

const readingOf = (texts: readonly string[]): Reading =>
  Object.fromEntries(
    hopNames.map((name) => {
      const { metric, label } = HOPS[name];
      return [name, together(texts.map((text) => histogramIn(text, metric, label)))];
    }),
  ) as Reading;

const metricsOf = async (url: string): Promise<string> => {
  const response = await fetch(`${url}/metrics`);
  return response.text();
};

const timesOf = (added: Histogram): HopTimes => ({
  count: added.count,
  meanMs: meanOf(added) * 1_000,
  p50Ms: quantileOf(added, 50) * 1_000,
  p95Ms: quantileOf(added, 95) * 1_000,
  p99Ms: quantileOf(added, 99) * 1_000,
});

/** What the processes measure from now on. @returns to be called when the load is over */
export const startHopMeter = async (
  urls: readonly string[],
): Promise<() => Promise<Readonly<Record<HopName, HopTimes>>>> => {
  const read = async (): Promise<Reading> => readingOf(await Promise.all(urls.map(metricsOf)));
  const before = await read();
  return async () => {
    const after = await read();
    const entries = hopNames.map((name) => [name, timesOf(since(after[name], before[name]))]);
    return Object.fromEntries(entries) as Record<HopName, HopTimes>;
  };
};
