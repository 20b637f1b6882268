import type { Counter, Gauge, Histogram, Metrics } from '@verbatim/platform';
import { LATENCY_BUCKETS_SECONDS } from '@verbatim/platform';
import { closeCodes, type CloseReason } from '@verbatim/protocol';

/** Read at each scrape. */
export type GatewayReadings = {
  readonly connections: () => number;
  readonly rooms: () => number;
  readonly recentBytes: () => number;
  readonly queueBytes: () => number;
  readonly stalledConversations: () => number;
};

/** What the gateway tells about itself. No label comes from input. */
export class GatewayMetrics {
  readonly #closed: ReadonlyMap<CloseReason, Counter>;
  readonly #deliveries: Counter;
  readonly #replies: Histogram;
  readonly #lag: Gauge;
  readonly #feedDelays: Histogram;
  readonly #pushes: Histogram;

  constructor(private readonly metrics: Metrics) {
    const reasons = Object.keys(closeCodes) as CloseReason[];
    const closedBy = (reason: CloseReason): Counter =>
      metrics.counter({ name: 'gateway_closes_total', help: 'Sockets closed by the gateway', labels: { reason } });
    this.#closed = new Map(reasons.map((reason) => [reason, closedBy(reason)]));
    this.#deliveries = metrics.counter({ name: 'gateway_deliveries_total', help: 'Log events handed to connections' });
    this.#replies = metrics.histogram({
      name: 'gateway_reply_seconds',
      help: 'From a frame to its reply',
      buckets: LATENCY_BUCKETS_SECONDS,
    });
    this.#feedDelays = metrics.histogram({
      name: 'gateway_feed_delay_seconds',
      help: "From the decision on a conversation's event to its arrival here",
      buckets: LATENCY_BUCKETS_SECONDS,
    });
    this.#pushes = metrics.histogram({
      name: 'gateway_push_seconds',
      help: 'From the arrival of events to their pushes being written to the sockets',
      buckets: LATENCY_BUCKETS_SECONDS,
    });
    this.#lag = metrics.gauge({ name: 'gateway_feed_lag_seconds', help: 'Age of the newest log event when delivered' });
  }

  observe(readings: GatewayReadings): void {
    const gauge = (name: string, help: string, read: () => number): void => {
      this.metrics.gauge({ name, help, read });
    };
    gauge('gateway_connections_count', 'Open sockets', readings.connections);
    gauge('gateway_rooms_count', 'Conversations with a local member', readings.rooms);
    gauge('gateway_recent_bytes', 'Events kept in memory for resumes', readings.recentBytes);
    gauge('gateway_queue_bytes', 'Bytes not yet taken by the sockets', readings.queueBytes);
    gauge('gateway_stalled_count', 'Conversations that are not delivered', readings.stalledConversations);
  }

  closed(reason: CloseReason): void {
    this.#closed.get(reason)?.add();
  }

  delivered(deliveries: number): void {
    if (deliveries > 0) this.#deliveries.add(deliveries);
  }

  replied(sinceMs: number): void {
    this.#replies.observe((performance.now() - sinceMs) / 1_000);
  }

  /** An event that was decided then, by the clock of whoever decided it, has arrived. */
  arrived(recordedAt: string, nowMs: number): void {
    this.#feedDelays.observe(Math.max(0, nowMs - Date.parse(recordedAt)) / 1_000);
  }

  pushed(sinceMs: number): void {
    this.#pushes.observe((performance.now() - sinceMs) / 1_000);
  }

  lag(seconds: number): void {
    this.#lag.set(seconds);
  }
}
