import type { Runtime, Timer } from '../kernel/runtime.js';
import type { RequestOutcome } from './request-table.js';

export type HeartbeatPorts = {
  readonly runtime: Runtime;
  /** The outcome is handled before any frame behind the pong is counted. */
  readonly ping: (settle: (outcome: RequestOutcome<'ping'>) => void) => void;
  /** Pushes with `cur` that have arrived on this connection. */
  readonly pushesCounted: () => number;
  readonly proved: (cursor: string) => void;
  readonly frameDropped: () => void;
  readonly silent: () => void;
};

/** Pings at the server's interval, compares the counts, and notices a peer that has gone silent. */
export class Heartbeat {
  private pingTimer: Timer | undefined;
  private silenceTimer: Timer | undefined;
  private heardMs: number;
  private readonly silenceMs: number;

  constructor(
    private readonly ports: HeartbeatPorts,
    private readonly intervalMs: number,
    silenceHeartbeats: number,
  ) {
    this.silenceMs = intervalMs * silenceHeartbeats;
    this.heardMs = ports.runtime.monotonicMs();
    // The first one is spread over the interval, so that clients that came together do not ping together.
    this.schedule(intervalMs * ports.runtime.random());
    this.watch(this.silenceMs);
  }

  /** Any frame counts as life. */
  heard(): void {
    this.heardMs = this.ports.runtime.monotonicMs();
  }

  stop(): void {
    this.pingTimer?.cancel();
    this.silenceTimer?.cancel();
  }

  private schedule(delayMs: number): void {
    this.pingTimer = this.ports.runtime.after(delayMs, () => {
      this.schedule(this.intervalMs);
      this.ports.ping((outcome) => this.compare(outcome));
    });
  }

  private compare(outcome: RequestOutcome<'ping'>): void {
    if (outcome.kind !== 'ok') return;
    if (outcome.d.n !== this.ports.pushesCounted()) this.ports.frameDropped();
    else if (outcome.d.cur !== undefined) this.ports.proved(outcome.d.cur);
  }

  /** One timer for the whole connection instead of one per frame: it looks when the silence would be complete. */
  private watch(delayMs: number): void {
    this.silenceTimer = this.ports.runtime.after(delayMs, () => {
      const restMs = this.heardMs + this.silenceMs - this.ports.runtime.monotonicMs();
      if (restMs > 0) this.watch(restMs);
      else this.ports.silent();
    });
  }
}
