import { setTimeout as pause } from 'node:timers/promises';
import { seriesOf } from './metrics-text.js';

/** How far the read models are behind the log. */
export type ProjectionLag = {
  /** Of the slowest projection. */
  readonly lagSeconds: number;
  readonly gapEvents: number;
  /** Events written by all projections since the server started. */
  readonly writtenEvents: number;
};

const POLL_INTERVAL_MS = 50;
/** So many readings in a row show nothing waiting and nothing written: between two pages of the log a gap is 0 for a moment. */
const CALM_READINGS = 3;

export const readProjectionLag = async (url: string): Promise<ProjectionLag> => {
  const response = await fetch(`${url}/metrics`);
  const text = await response.text();
  const lags = seriesOf(text, 'verbatim_projection_lag_seconds');
  const gaps = seriesOf(text, 'verbatim_projection_gap_events');
  const written = seriesOf(text, 'verbatim_projection_events_total');
  if (lags.length === 0 || gaps.length === 0)
    throw new Error(`${url}/metrics tells no lag of projections (status ${response.status})`);
  return {
    lagSeconds: Math.max(...lags),
    gapEvents: Math.max(...gaps),
    writtenEvents: written.reduce((sum, count) => sum + count, 0),
  };
};

export type CaughtUp = {
  readonly atStart: ProjectionLag;
  /** Until the last reading that showed work left. */
  readonly durationMs: number;
};

export type ReadingOptions = {
  readonly onReading?: (lag: ProjectionLag) => void;
  /** Nothing seems to wait any more: from here on only the readings themselves cost something. Again if that was wrong. */
  readonly onCalm?: () => void;
  /** Default: so many as the embedded log needs. */
  readonly calmReadings?: number;
};

/** Waits until every projection has written all of the log. @throws Error when that takes longer than `timeoutMs` */
export const untilCaughtUp = async (
  url: string,
  timeoutMs: number,
  { onReading = () => {}, onCalm = () => {}, calmReadings = CALM_READINGS }: ReadingOptions = {},
): Promise<CaughtUp> => {
  const startedAtMs = performance.now();
  const atStart = await readProjectionLag(url);
  let busyAtMs = atStart.gapEvents === 0 ? startedAtMs : performance.now();
  let last = atStart;
  for (let calm = 0; calm < calmReadings;) {
    await pause(POLL_INTERVAL_MS);
    const lag = await readProjectionLag(url);
    onReading(lag);
    const isCalm = lag.gapEvents === 0 && lag.writtenEvents === last.writtenEvents;
    if (!isCalm) busyAtMs = performance.now();
    calm = isCalm ? calm + 1 : 0;
    if (calm === 1) onCalm();
    last = lag;
    if (performance.now() - startedAtMs > timeoutMs)
      throw new Error(`the projections are ${lag.gapEvents} events behind after ${timeoutMs} ms`);
  }
  return { atStart, durationMs: busyAtMs - startedAtMs };
};
