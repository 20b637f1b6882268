import { deepStrictEqual } from 'node:assert/strict';
import { accept, type Decider, type Decision, reject, type Seq } from '@verbatim/domain';

/** What a command comes to. Each runs it a second time, on the state that its first run left. */
export type Outcomes<Event, Rejection> = {
  /** It records exactly this event; run again it records nothing, or comes to `again`. */
  readonly then: (event: Event, again?: Decision<Event, Rejection>) => void;
  /** It is accepted and records nothing, the second time as well. */
  readonly thenNothing: () => void;
  /** It is refused for exactly this reason, the second time as well. */
  readonly thenRejected: (rejection: Rejection) => void;
};

export type Specification<Command, Event, Rejection> = {
  /** The stream so far, from its first event: the seq of each is its place. */
  readonly given: (...events: readonly Event[]) => {
    readonly when: (command: Command) => Outcomes<Event, Rejection>;
  };
};

/**
 * Given/when/then for a decider: `given(groupByAda()).when(renameBy(bob, 'x')).thenRejected({ code: 'not-the-owner' })`.
 * Beside what is expected, every run shows that `decide` leaves the state it reads as it was.
 */
export const specificationOf = <Command, State, Event, Rejection>({
  initial,
  decide,
  evolve,
}: Decider<Command, State, Event, Rejection>): Specification<Command, Event, Rejection> => {
  const fold = (events: readonly Event[]): State =>
    events.reduce((state, event, index) => evolve(state, event, index as Seq), initial());

  const expectDecision = (
    { events, command, run }: { events: readonly Event[]; command: Command; run: string },
    expected: Decision<Event, Rejection>,
  ): void => {
    const state = fold(events);
    deepStrictEqual(decide(command, state), expected, `${run} run of ${JSON.stringify(command)}`);
    deepStrictEqual(state, fold(events), 'decide changed the state that it read');
  };

  const expectBoth = (
    events: readonly Event[],
    command: Command,
    [first, second]: [Decision<Event, Rejection>, Decision<Event, Rejection>],
  ): void => {
    expectDecision({ events, command, run: 'first' }, first);
    const recorded = first.outcome === 'accepted' && first.event !== null ? [first.event] : [];
    expectDecision({ events: [...events, ...recorded], command, run: 'second' }, second);
  };

  return {
    given: (...events) => ({
      when: (command) => ({
        // A specification that ends in `when` is thenable: jest awaits what a test returns, so it fails as it must.
        // oxlint-disable-next-line unicorn/no-thenable
        then: (event, again = accept()) => expectBoth(events, command, [accept(event), again]),
        thenNothing: () => expectBoth(events, command, [accept(), accept()]),
        thenRejected: (rejection) => expectBoth(events, command, [reject(rejection), reject(rejection)]),
      }),
    }),
  };
};
