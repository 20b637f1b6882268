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
import { Leadership, type LeadershipOptions, type LedWork } from './leadership/leadership.js';
import type { Reactor } from './reactors/reactor.js';
import { Reactors } from './reactors/reactors.js';
import { ProjectionRunner } from './runner/projection-runner.js';

/** Token of where parked events are kept. */
export const PARKED_EVENTS = Symbol('ParkedEvents');
/** Token of the leadership; null where this process projects alone. */
export const PROJECTOR_LEADERSHIP = Symbol('ProjectorLeadership');
const PROJECTOR_WORK = Symbol('ProjectorWork');

export type ProjectorDependencies = {
  readonly eventStore: EventStore;
  readonly readModelStore: ReadModelStore;
  readonly state: StateStore;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** What is caused by events, beside read models. Default: nothing. */
  readonly reactors?: readonly Reactor[];
  /** Where other processes may project the same log into the same read models. Absent: this one does, from start to end. */
  readonly leadership?: Pick<LeadershipOptions, 'lease' | 'onFatal'>;
};

/**
 * The only writer of read models, and the reactors: runs from the start of the application to its end. Offers `ProjectionRunner` and
 * `Reactors`.
 */
@Module({})
export class ProjectorModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Inject(PROJECTOR_WORK) private readonly work: ProjectorWork) {}

  static register(parts: ProjectorDependencies): DynamicModule {
    const { readModelStore: store, state, reactors = [], leadership, ...dependencies } = parts;
    const runnerOf = (parkedEvents: ParkedEventsStore): ProjectionRunner =>
      new ProjectionRunner({ ...dependencies, store, parkedEvents });
    return {
      module: ProjectorModule,
      providers: [
        { provide: PARKED_EVENTS, useFactory: () => openParkedEvents(state) },
        { provide: ProjectionRunner, inject: [PARKED_EVENTS], useFactory: runnerOf },
        { provide: Reactors, useFactory: () => Reactors.open(reactors, { ...dependencies, state }) },
        {
          provide: PROJECTOR_LEADERSHIP,
          inject: [ProjectionRunner, Reactors],
          useFactory: (runner: ProjectionRunner, led: Reactors): Leadership | null =>
            leadership === undefined
              ? null
              : new Leadership({ ...dependencies, ...leadership, work: ledWorkOf(runner, led) }),
        },
        {
          provide: PROJECTOR_WORK,
          inject: [ProjectionRunner, Reactors, PROJECTOR_LEADERSHIP],
          useFactory: (runner: ProjectionRunner, led: Reactors, leader: Leadership | null): ProjectorWork =>
            leader ?? ledWorkOf(runner, led),
        },
      ],
      exports: [ProjectionRunner, Reactors, PROJECTOR_LEADERSHIP],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.work.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }
}

type ProjectorWork = { readonly start: () => void | Promise<void>; readonly stop: () => Promise<void> };

const ledWorkOf = (runner: ProjectionRunner, reactors: Reactors): LedWork => ({
  start: async () => {
    await runner.start();
    reactors.start();
  },
  stop: async () => {
    await reactors.stop();
    await runner.stop();
  },
});
