import type { EventStore } from '@verbatim/event-store';
import type { Clock, Logger, Metrics } from '@verbatim/platform';
import type { StateStore } from '@verbatim/state';
import { openParkedReactions } from './parked-reactions.js';
import { openReactorCheckpoints } from './reactor-checkpoints.js';
import { ReactorRunner, type ReactorStatus } from './reactor-runner.js';
import type { Reactor } from './reactor.js';

export type ReactorsDependencies = {
  readonly eventStore: EventStore;
  readonly state: StateStore;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
};

/** Every reactor of a process. One process at a time is to run them: that saves work, and their checkpoints guard the rest. */
export class Reactors {
  constructor(private readonly runners: readonly ReactorRunner[]) {}

  static async open(reactors: readonly Reactor[], { state, ...dependencies }: ReactorsDependencies): Promise<Reactors> {
    const checkpoints = await openReactorCheckpoints(state);
    const parkedReactions = await openParkedReactions(state);
    return new Reactors(
      reactors.map((reactor) => new ReactorRunner(reactor, { ...dependencies, checkpoints, parkedReactions })),
    );
  }

  /** In the background. May follow a stop. */
  start(): void {
    for (const runner of this.runners) runner.start();
  }

  /** After the batches under way, if they take no longer than 1 s. */
  async stop(): Promise<void> {
    await Promise.all(this.runners.map((runner) => runner.stop()));
  }

  status(): readonly ReactorStatus[] {
    return this.runners.map((runner) => runner.status());
  }

  /**
   * For readiness: `ok`, and what is the matter. A reactor that tries again or stands still is no reason to send people elsewhere;
   * its metrics are for the alarm.
   */
  checks(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.status().map(({ reactor, state, reason }) => [
        reactor,
        state === 'live' ? 'ok' : `ok: ${state}${reason === null ? '' : `, ${reason}`}`,
      ]),
    );
  }
}
