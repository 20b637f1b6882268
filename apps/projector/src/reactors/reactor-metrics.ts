import type { Metrics } from '@verbatim/platform';

export type ReactorReadings = {
  /** Age of the oldest event read and not handled, seconds; 0 while nothing waits. */
  readonly lagSeconds: () => number;
  /** Events read and not handled. */
  readonly gapEvents: () => number;
  readonly parkedCount: () => number;
  readonly isStopped: () => boolean;
};

export type ReactorMetrics = { readonly handled: (events: number) => void; readonly retried: () => void };

/** One series per reactor; readings are taken at each scrape. */
export const reactorMetrics = (metrics: Metrics, reactor: string, readings: ReactorReadings): ReactorMetrics => {
  const labels = { reactor };
  const gauge = (name: string, help: string, read: () => number) => metrics.gauge({ name, help, labels, read });
  gauge('reactor_lag_seconds', 'Time that a reactor is behind the log.', readings.lagSeconds);
  gauge('reactor_gap_events', 'Events read and not yet handled by a reactor.', readings.gapEvents);
  gauge('reactor_parked_count', 'Events that a reactor has set aside.', readings.parkedCount);
  gauge('reactor_stopped_info', '1 when a reactor stands still.', () => (readings.isStopped() ? 1 : 0));
  const events = metrics.counter({ name: 'reactor_events_total', help: 'Events that a reactor has handled.', labels });
  const retries = metrics.counter({ name: 'reactor_retries_total', help: 'Tries of a reactor that failed.', labels });
  return { handled: (count) => events.add(count), retried: () => retries.add() };
};
