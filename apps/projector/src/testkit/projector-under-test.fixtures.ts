import { openMemoryEventStore, type EventStore, type Position } from '@verbatim/event-store';
import { createLogger, createMetrics, systemClock, type Metrics } from '@verbatim/platform';
import {
  openSqliteReadModels,
  projections,
  type Projection,
  type ProjectionName,
  type ReadModelStore,
} from '@verbatim/read-models';
import { openStateStore, type StateStore } from '@verbatim/state';
import { openParkedEvents } from '../parked/state-parked-events.js';
import { ProjectionRunner } from '../runner/projection-runner.js';
import { People } from './people.fixtures.js';

/** More than any write here takes; reached only when something is broken. */
const PATIENCE_MS = 20_000;
const NAMES = projections.map(({ name }) => name);

/** A projector on a log in memory and read models in a file that goes with it. */
export class ProjectorUnderTest {
  readonly people: People;
  readonly metrics: Metrics = createMetrics({ processMetrics: false });
  runner: ProjectionRunner | null = null;

  private constructor(
    readonly eventStore: EventStore,
    readonly store: ReadModelStore,
    readonly state: StateStore,
  ) {
    this.people = new People(eventStore);
  }

  static async open(file = 'memory:'): Promise<ProjectorUnderTest> {
    const eventStore = openMemoryEventStore();
    const store = await openSqliteReadModels({ file, log: eventStore.identity });
    return new ProjectorUnderTest(eventStore, store, await openStateStore('memory:'));
  }

  /** Starts a runner, in place of one that was stopped. */
  async start(
    changes: {
      readonly projections?: readonly Projection[];
      readonly store?: ReadModelStore;
      readonly eventStore?: EventStore;
    } = {},
  ): Promise<ProjectionRunner> {
    await this.runner?.stop();
    this.runner = new ProjectionRunner({
      eventStore: this.eventStore,
      store: this.store,
      parkedEvents: await openParkedEvents(this.state),
      logger: createLogger({ name: 'spec', level: 'silent' }),
      metrics: this.metrics,
      clock: systemClock,
      ...changes,
    });
    await this.runner.start();
    return this.runner;
  }

  /** Until the projections have passed a position. */
  async passed(position: Position, names: readonly ProjectionName[] = NAMES): Promise<void> {
    if (!(await this.store.readModels.waitUntil(names, position, PATIENCE_MS)))
      throw new Error(`${names.join()} did not pass ${position}`);
  }

  async close(): Promise<void> {
    await this.runner?.stop();
    await this.store.close();
    await this.state.close();
    await this.eventStore.close();
  }
}

/** Projections of which one cannot fold the events that a predicate chooses. */
export const poisoned = (name: ProjectionName, isPoison: (type: string) => boolean): readonly Projection[] =>
  projections.map((projection) => {
    if (projection.name !== name) return projection;
    const fold: Projection['fold'] = (recorded, documents) => {
      if (isPoison(recorded.event.type)) throw new Error('this one is poison');
      projection.fold(recorded, documents);
    };
    return { ...projection, fold };
  });

export const allBut = (name: ProjectionName): readonly ProjectionName[] => NAMES.filter((other) => other !== name);
