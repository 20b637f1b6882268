import { openMemoryEventStore, type EventStore, type Position, type RecordedEvent } from '@verbatim/event-store';
import { createLogger, createMetrics, systemClock, type Metrics } from '@verbatim/platform';
import { openStateStore, type StateStore } from '@verbatim/state';
import { People } from '../testkit/people.fixtures.js';
import { openParkedReactions } from './parked-reactions.js';
import { openReactorCheckpoints, type ReactorCheckpoints } from './reactor-checkpoints.js';
import { ReactorRunner } from './reactor-runner.js';
import type { Reactor } from './reactor.js';

/** A reactor that writes down what it is handed, on a log and a State in memory. */
export class ReactorUnderTest {
  readonly eventStore: EventStore = openMemoryEventStore();
  readonly people = new People(this.eventStore);
  readonly metrics: Metrics = createMetrics({ processMetrics: false });
  /** Positions of what was handled, in the order in which it was. */
  readonly handled: Position[] = [];
  /** The same for what came after its turn. */
  readonly late: Position[] = [];
  readonly runners: ReactorRunner[] = [];

  private constructor(readonly state: StateStore) {}

  static async open(): Promise<ReactorUnderTest> {
    return new ReactorUnderTest(await openStateStore('memory:'));
  }

  async runner(
    changes: Partial<Reactor> = {},
    parts: { checkpoints?: ReactorCheckpoints; eventStore?: EventStore } = {},
  ) {
    const { eventStore, state, metrics } = this;
    const runner = new ReactorRunner(this.#reactor(changes), {
      ...{ eventStore, metrics, clock: systemClock },
      checkpoints: await openReactorCheckpoints(state),
      parkedReactions: await openParkedReactions(state),
      logger: createLogger({ name: 'spec', level: 'silent' }),
      ...parts,
    });
    this.runners.push(runner);
    return runner;
  }

  /** A running one. */
  async start(changes?: Partial<Reactor>, parts?: Parameters<ReactorUnderTest['runner']>[1]): Promise<ReactorRunner> {
    const runner = await this.runner(changes, parts);
    runner.start();
    return runner;
  }

  note(events: readonly RecordedEvent[]): void {
    for (const { position } of events) this.handled.push(position);
  }

  /** Until something is so that a reaction, or a turn of the event loop, brings about. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  async close(): Promise<void> {
    await Promise.all(this.runners.map((runner) => runner.stop()));
    await this.state.close();
    await this.eventStore.close();
  }

  #reactor(changes: Partial<Reactor>): Reactor {
    return {
      ...{ name: 'bell-v1', startsAt: 'start', batchMaxEvents: 10 },
      react: async (events) => {
        this.note(events);
        return events.length;
      },
      reactLate: async ({ position }) => void this.late.push(position),
      ...changes,
    };
  }
}

/** A log of which some methods are others. */
export const logWith = (eventStore: EventStore, changes: Partial<EventStore>): EventStore =>
  new Proxy(eventStore, {
    get: (target, name) => {
      const changed: unknown = Reflect.get(changes, name);
      if (changed !== undefined) return changed;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
