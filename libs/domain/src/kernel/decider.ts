import type { Decision } from './decision.js';
import type { Seq } from './ids.js';

/**
 * The pure triple behind every aggregate. `decide` never changes the state it reads. `evolve` takes ownership of the
 * state it gets: it may change it in place (a map of 20,000 members is not copied per event) and the caller goes on
 * with what it returns and with nothing else. `seq` is the event's revision in its stream.
 */
export type Decider<Command, State, Event, Rejection> = {
  /** A fresh state, the caller's own. */
  readonly initial: () => State;
  readonly decide: (command: Command, state: State) => Decision<Event, Rejection>;
  readonly evolve: (state: State, event: Event, seq: Seq) => State;
};
