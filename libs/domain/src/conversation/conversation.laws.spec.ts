import fc from 'fast-check';
import type { Seq, UserId } from '../kernel/ids.js';
import { ada, bob, cleo, dan, stranger } from '../kernel/people.fixtures.js';
import type { ConversationCommand } from './conversation.commands.js';
import { decideConversation } from './conversation.decide.js';
import type { ConversationEvent } from './conversation.events.js';
import {
  addBy,
  createGroupBy,
  directOfAdaAndBob,
  folded,
  joinBy,
  leaveBy,
  removeBy,
  renameBy,
  sendBy,
  startDirectBy,
} from './conversation.fixtures.js';
import { evolveConversation } from './conversation.evolve.js';
import { conversationFrom, conversationSnapshotOf } from './conversation.snapshot.js';
import { type Conversation, initialConversation } from './conversation.state.js';
import {
  intervalsAfterJoin,
  intervalsAfterLeave,
  isMemberNow,
  type MembershipInterval,
  membershipChangesOf,
} from './membership.js';

const PEOPLE = [ada, bob, cleo, dan, stranger];
const COMMANDS_MAX = 60;

const person = fc.constantFrom(...PEOPLE);
const people = fc.array(person, { maxLength: 4 });
const visibility = fc.constantFrom('open' as const, 'invite-only' as const);
const laterCommand: fc.Arbitrary<ConversationCommand> = fc.oneof(
  fc.tuple(person, person).map(([actor, other]) => startDirectBy(actor, other)),
  fc.tuple(person, people).map(([actor, memberIds]) => createGroupBy(actor, { memberIds })),
  fc.tuple(person, fc.constantFrom('Engines', 'Analytics', ' ')).map(([actor, name]) => renameBy(actor, name)),
  person.map(joinBy),
  person.map(leaveBy),
  fc.tuple(person, people).map(([actor, userIds]) => addBy(actor, ...userIds)),
  fc.tuple(person, person).map(([actor, userId]) => removeBy(actor, userId)),
  fc.tuple(person, fc.constantFrom('hello', '')).map(([actor, body]) => sendBy(actor, body)),
);
const firstCommand = fc.oneof(
  {
    weight: 9,
    arbitrary: fc
      .tuple(person, visibility, people)
      .map(([actor, kind, memberIds]) => createGroupBy(actor, { visibility: kind, memberIds })),
  },
  { weight: 1, arbitrary: fc.constant(startDirectBy(ada, bob)) },
);
const commands = fc
  .tuple(firstCommand, fc.array(laterCommand, { maxLength: COMMANDS_MAX }))
  .map(([first, later]) => [first, ...later]);

/** The events that a sequence of commands records, and the state that the writer holds after each of them. */
const run = (sequence: readonly ConversationCommand[], onState: (state: Conversation) => void = () => {}) => {
  const events: ConversationEvent[] = [];
  let state = initialConversation();
  for (const command of sequence) {
    const decision = decideConversation(command, state);
    if (decision.outcome === 'rejected' || decision.event === null) continue;
    state = evolveConversation(state, decision.event, events.length as Seq);
    events.push(decision.event);
    onState(state);
  }
  return { events, state };
};

const expectForAll = (law: (sequence: ConversationCommand[]) => void): void =>
  fc.assert(fc.property(commands, law), { numRuns: 300 });

const expectSoundGroup = (state: Conversation): void => {
  if (state.kind !== 'group') return;
  const owners = [...state.members].filter(([, { role }]) => role === 'owner').map(([userId]) => userId);
  expect(owners).toEqual(state.members.size === 0 ? [] : [state.ownerId]);
  if (state.members.size === 0) expect(state.ownerId).toBeNull();
  expect([...state.members.keys()].filter((userId) => state.former.has(userId))).toEqual([]);
  const since = [...state.members.values()].map(({ sinceSeq }) => sinceSeq);
  expect(since).toEqual(since.toSorted((a, b) => a - b));
};

const intervalsOf = (events: readonly ConversationEvent[]): Map<UserId, readonly MembershipInterval[]> => {
  const intervals = new Map<UserId, readonly MembershipInterval[]>();
  events.forEach((event, index) => {
    const { joined, left } = membershipChangesOf(event);
    for (const userId of joined) intervals.set(userId, intervalsAfterJoin(intervals.get(userId) ?? [], index as Seq));
    for (const userId of left) intervals.set(userId, intervalsAfterLeave(intervals.get(userId) ?? [], index as Seq));
  });
  return intervals;
};

const membersOf = (state: Conversation): UserId[] => {
  if (state.kind === 'absent') return [];
  return state.kind === 'direct' ? [...state.participantIds] : [...state.members.keys()];
};

describe('after any sequence of commands', () => {
  it('a group has one owner unless it is empty, nobody is member and former, and members stand in order of joining', () => {
    expectForAll((sequence) => void run(sequence, expectSoundGroup));
  });

  it('the state that the writer held is the fold of what it recorded', () => {
    expectForAll((sequence) => {
      const { events, state } = run(sequence);
      expect(state).toEqual(folded(events));
    });
  });

  it('a snapshot at any point and the events after it give the state at the end', () => {
    fc.assert(
      fc.property(commands, fc.nat(COMMANDS_MAX), (sequence, cut) => {
        const { events, state } = run(sequence);
        const start = conversationFrom(conversationSnapshotOf(folded(events.slice(0, cut))));
        const end = events
          .slice(cut)
          .reduce((at, event, index) => evolveConversation(at, event, (cut + index) as Seq), start);
        expect(end).toEqual(state);
        expect(membersOf(end)).toEqual(membersOf(state));
      }),
      { numRuns: 300 },
    );
  });

  it('the stays folded from the events are open for the members and for nobody else', () => {
    expectForAll((sequence) => {
      const { events, state } = run(sequence);
      const open = [...intervalsOf(events)].filter(([, stays]) => isMemberNow(stays)).map(([userId]) => userId);
      expect(open.toSorted()).toEqual(membersOf(state).toSorted());
      for (const stays of intervalsOf(events).values()) {
        expect(stays.slice(0, -1).every(({ toSeq }) => toSeq !== null)).toBe(true);
      }
    });
  });

  it('no command changes the state before its event is folded', () => {
    fc.assert(
      fc.property(commands, laterCommand, (sequence, command) => {
        const { events, state } = run(sequence);
        decideConversation(command, state);
        expect(state).toEqual(folded(events));
      }),
      { numRuns: 300 },
    );
  });

  it('only a member or who joins an open group is ever accepted in a group', () => {
    fc.assert(
      fc.property(commands, laterCommand, (sequence, command) => {
        const { state } = run(sequence);
        if (state.kind !== 'group' || membersOf(state).includes(command.context.actorId)) return;
        const isOpenJoin = command.type === 'JoinGroup' && state.visibility === 'open';
        expect(decideConversation(command, state).outcome).toBe(isOpenJoin ? 'accepted' : 'rejected');
      }),
      { numRuns: 300 },
    );
  });
});

describe('a direct conversation', () => {
  it('stays as it began whatever is asked of it', () => {
    fc.assert(
      fc.property(fc.array(laterCommand, { maxLength: COMMANDS_MAX }), (sequence) => {
        expect(run([startDirectBy(ada, bob), ...sequence]).state).toEqual(folded([directOfAdaAndBob()]));
      }),
    );
  });
});
