import type { LoadOptions, LoadResult } from '../load/load-options.js';
import { runLoad } from '../load/load-run.js';
import { cpuSecondsOf } from '../process/process-figures.js';
import { percentilesOf, type Percentiles } from '../report/statistics.js';
import { untilCaughtUp } from '../server/projection-lag.js';
import type { Form } from './form.js';
import { startHopMeter, type HopName, type HopTimes } from './hops.js';

const CATCH_UP_TIMEOUT_MS = 120_000;
/** Events come over a connection: on a machine with more to do than it can, some may take so many readings (50 ms each) to come. */
const CALM_READINGS = 10;

/** One load on one form: what its clients saw, what each hop took and what each process spent. */
export type MeasuredForm = {
  readonly result: LoadResult;
  readonly deliveredPerSecond: number;
  readonly pushedPerSecond: number;
  /** Send to receipt at another member. */
  readonly latencyMs: Percentiles & { readonly mean: number };
  /** Send to acknowledgement. */
  readonly ackMs: Percentiles & { readonly mean: number };
  readonly hops: Readonly<Record<HopName, HopTimes>>;
  /** User and system time of every process, engines too, until every read model was up to date. */
  readonly cpuMicrosPerMessage: number;
  /** Of that, by what the process is. */
  readonly partMicrosPerMessage: ReadonlyMap<string, number>;
  readonly catchUpMs: number;
};

const cpuByPart = ({ parts }: Form): ReadonlyMap<string, number> => {
  const seconds = new Map<string, number>();
  for (const { name, pid } of parts) seconds.set(name, (seconds.get(name) ?? 0) + cpuSecondsOf(pid));
  return seconds;
};

const spread = (values: Float64Array): Percentiles & { readonly mean: number } => ({
  ...percentilesOf(values),
  mean: values.reduce((sum, value) => sum + value, 0) / values.length,
});

/** Runs a load on a form and waits until its read models have it: that belongs to the cost of a message. */
export const measureForm = async (form: Form, options: Omit<LoadOptions, 'system'>): Promise<MeasuredForm> => {
  const hopsSince = await startHopMeter(form.metricsUrls);
  const before = cpuByPart(form);
  const result = await runLoad({ ...options, system: 'server' });
  let after = before;
  const { durationMs: catchUpMs } = await untilCaughtUp(form.projectorUrl, CATCH_UP_TIMEOUT_MS, {
    calmReadings: CALM_READINGS,
    onCalm: () => (after = cpuByPart(form)),
  });
  const micros = [...after].map(
    ([name, seconds]) => [name, ((seconds - (before.get(name) ?? 0)) * 1e6) / result.sent] as const,
  );
  return {
    result,
    deliveredPerSecond: (result.delivered * 1_000) / result.durationMs,
    pushedPerSecond: ((result.delivered + result.echoed) * 1_000) / result.durationMs,
    latencyMs: spread(result.latenciesMs),
    ackMs: spread(result.ackLatenciesMs),
    hops: await hopsSince(),
    cpuMicrosPerMessage: micros.reduce((sum, [, each]) => sum + each, 0),
    partMicrosPerMessage: new Map(micros),
    catchUpMs,
  };
};
