import { cpuSecondsByThread, cpuSecondsOf, residentKibOf } from '../process/process-figures.js';
import { readProjectionLag, untilCaughtUp } from '../server/projection-lag.js';
import { percentilesOf, type Percentiles } from '../report/statistics.js';
import type { LoadOptions, LoadResult } from './load-options.js';
import { runLoad } from './load-run.js';

/** The projections have to be done long before this. */
const CATCH_UP_TIMEOUT_MS = 60_000;

/** One run of a load with what it cost the process that served it. */
export type MeasuredLoad = {
  readonly result: LoadResult;
  readonly deliveredPerSecond: number;
  /** Pushes to everyone, the sender too. */
  readonly pushedPerSecond: number;
  /** User and system time of the server, until every read model was up to date. */
  readonly cpuMicrosPerMessage: number;
  readonly cpuMicrosPerPush: number;
  /** Of `cpuMicrosPerMessage`, by name of the thread. */
  readonly threadMicrosPerMessage: ReadonlyMap<string, number>;
  readonly latencyMs: Percentiles;
  readonly residentKib: number;
  /** Of the slowest projection when the last message had been delivered. */
  readonly gapEvents: number;
  readonly lagSeconds: number;
  readonly catchUpMs: number;
};

type Cost = Pick<MeasuredLoad, 'residentKib' | 'gapEvents' | 'lagSeconds' | 'catchUpMs'>;

/** What a process spends while it serves a load. */
class CpuMeter {
  readonly #seconds: number;
  readonly #byThread: ReadonlyMap<string, number>;

  constructor(private readonly pid: number) {
    this.#seconds = cpuSecondsOf(pid);
    this.#byThread = cpuSecondsByThread(pid);
  }

  /** Since the meter was made. */
  microsFor(count: number): { readonly all: number; readonly byThread: ReadonlyMap<string, number> } {
    const micros = (seconds: number): number => (seconds * 1e6) / count;
    const byThread = [...cpuSecondsByThread(this.pid)].map(
      ([name, seconds]) => [name, micros(seconds - (this.#byThread.get(name) ?? 0))] as const,
    );
    return { all: micros(cpuSecondsOf(this.pid) - this.#seconds), byThread: new Map(byThread) };
  }
}

const measured = (result: LoadResult, meter: CpuMeter, cost: Cost): MeasuredLoad => {
  const seconds = result.durationMs / 1_000;
  const pushed = result.delivered + result.echoed;
  const { all, byThread } = meter.microsFor(result.sent);
  return {
    ...cost,
    result,
    deliveredPerSecond: result.delivered / seconds,
    pushedPerSecond: pushed / seconds,
    cpuMicrosPerMessage: all,
    cpuMicrosPerPush: (all * result.sent) / pushed,
    threadMicrosPerMessage: byThread,
    latencyMs: percentilesOf(result.latenciesMs),
  };
};

export const measureRelay = async (pid: number, options: LoadOptions): Promise<MeasuredLoad> => {
  const meter = new CpuMeter(pid);
  const result = await runLoad(options);
  return measured(result, meter, { residentKib: residentKibOf(pid), gapEvents: 0, lagSeconds: 0, catchUpMs: 0 });
};

/** Runs a load and waits for the projections: their work belongs to the cost of a message. */
export const measureServer = async (
  { url, pid }: { readonly url: string; readonly pid: number },
  options: LoadOptions,
): Promise<MeasuredLoad> => {
  const meter = new CpuMeter(pid);
  const result = await runLoad(options);
  const { gapEvents, lagSeconds } = await readProjectionLag(url);
  const { durationMs: catchUpMs } = await untilCaughtUp(url, CATCH_UP_TIMEOUT_MS);
  return measured(result, meter, { residentKib: residentKibOf(pid), gapEvents, lagSeconds, catchUpMs });
};
