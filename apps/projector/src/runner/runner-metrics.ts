import type { Metrics } from '@verbatim/platform';
import type { ProjectionName } from '@verbatim/read-models';

export type LaneReadings = {
  /** Age of the last event written, seconds; 0 while nothing waits. */
  readonly lagSeconds: () => number;
  readonly gapEvents: () => number;
  readonly parkedCount: () => number;
  readonly isStopped: () => boolean;
};

export type RunnerMetrics = {
  readonly observe: (projection: ProjectionName, readings: LaneReadings) => void;
  readonly written: (projection: ProjectionName, events: number) => void;
  readonly retried: () => void;
};

/** Lag is time, gap is events. One series per projection; readings are taken at each scrape. */
export const runnerMetrics = (metrics: Metrics): RunnerMetrics => {
  const current = new Map<ProjectionName, LaneReadings>();
  const written = new Map<ProjectionName, { readonly add: (count?: number) => void }>();
  const retries = metrics.counter({ name: 'projection_retries_total', help: 'Writes of read models tried again.' });
  const gauge = (projection: ProjectionName, name: string, help: string, read: (readings: LaneReadings) => number) =>
    metrics.gauge({ name, help, labels: { projection }, read: () => read(current.get(projection) as LaneReadings) });
  const register = (projection: ProjectionName): void => {
    gauge(projection, 'projection_lag_seconds', 'Time that a projection is behind the log.', (now) => now.lagSeconds());
    gauge(projection, 'projection_gap_events', 'Events read and not yet written.', (now) => now.gapEvents());
    gauge(projection, 'projection_parked_count', 'Conversations and users whose events are parked.', (now) =>
      now.parkedCount(),
    );
    gauge(projection, 'projection_stopped_info', '1 when a projection stands still.', (now) =>
      now.isStopped() ? 1 : 0,
    );
    const labels = { projection };
    const counter = { name: 'projection_events_total', help: 'Events written to a read model.', labels };
    written.set(projection, metrics.counter(counter));
  };
  return {
    observe: (projection, readings) => {
      const isKnown = current.has(projection);
      current.set(projection, readings);
      if (!isKnown) register(projection);
    },
    written: (projection, events) => written.get(projection)?.add(events),
    retried: () => retries.add(),
  };
};
