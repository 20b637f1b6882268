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
};

/** The only writer of read models: runs from the start of the application to its end. Offers `ProjectionRunner`. */
@Module({})
export class ProjectorModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Inject(ProjectionRunner) private readonly runner: ProjectionRunner) {}

  static register({ readModelStore: store, state, ...dependencies }: ProjectorDependencies): DynamicModule {
    const runnerOf = (parkedEvents: ParkedEventsStore): ProjectionRunner =>
      new ProjectionRunner({ ...dependencies, store, parkedEvents });
    return {
      module: ProjectorModule,
      providers: [
        { provide: PARKED_EVENTS, useFactory: () => openParkedEvents(state) },
        { provide: ProjectionRunner, inject: [PARKED_EVENTS], useFactory: runnerOf },
      ],
      exports: [ProjectionRunner],
    };
  }

  onApplicationBootstrap(): Promise<void> {
    return this.runner.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.runner.stop();
  }
}
