import {
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { EventStore } from '@verbatim/event-store';
import type { Clock, Logger, Metrics } from '@verbatim/platform';
import type { ReadModelStore } from '@verbatim/read-models';
import type { StateStore } from '@verbatim/state';
import type { ParkedEventsStore } from './parked/parked-events.js';
import { openParkedEvents } from './parked/state-parked-events.js';
import type { Reactor } from './reactors/reactor.js';
import { Reactors } from './reactors/reactors.js';
import { ProjectionRunner } from './runner/projection-runner.js';

/** Token of where parked events are kept. */
export const PARKED_EVENTS = Symbol('ParkedEvents');

export type ProjectorDependencies = {
  readonly eventStore: EventStore;
  readonly readModelStore: ReadModelStore;
  readonly state: StateStore;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** What is caused by events, beside read models. Default: nothing. */
  readonly reactors?: readonly Reactor[];
};

/**
 * The only writer of read models, and the reactors: runs from the start of the application to its end. Offers `ProjectionRunner` and
 * `Reactors`.
 */
@Module({})
export class ProjectorModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(ProjectionRunner) private readonly runner: ProjectionRunner,
    @Inject(Reactors) private readonly reactors: Reactors,
  ) {}

  static register(parts: ProjectorDependencies): DynamicModule {
    const { readModelStore: store, state, reactors = [], ...dependencies } = parts;
    const runnerOf = (parkedEvents: ParkedEventsStore): ProjectionRunner =>
      new ProjectionRunner({ ...dependencies, store, parkedEvents });
    return {
      module: ProjectorModule,
      providers: [
        { provide: PARKED_EVENTS, useFactory: () => openParkedEvents(state) },
        { provide: ProjectionRunner, inject: [PARKED_EVENTS], useFactory: runnerOf },
        { provide: Reactors, useFactory: () => Reactors.open(reactors, { ...dependencies, state }) },
      ],
      exports: [ProjectionRunner, Reactors],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.runner.start();
    this.reactors.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.reactors.stop();
    await this.runner.stop();
  }
}
