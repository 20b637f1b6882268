import { ada, bob, cleo, dan } from '../kernel/people.fixtures.js';
import {
  added,
  closedGroupByAda,
  directOfAdaAndBob,
  folded,
  joined,
  left,
  openGroupByAda,
  removed,
  renamed,
  sent,
} from './conversation.fixtures.js';
import { conversationFrom, conversationSnapshotOf } from './conversation.snapshot.js';
import type { Conversation } from './conversation.state.js';

const membersOf = (conversation: Conversation) => (conversation.kind === 'group' ? [...conversation.members] : []);

describe('folding a conversation', () => {
  it('keeps the two of a direct one and forgets its messages', () => {
    expect(folded([directOfAdaAndBob(), sent(ada), sent(bob)])).toEqual({ kind: 'direct', participantIds: [ada, bob] });
  });

  it('gives a new group its creator as owner', () => {
    expect(folded([openGroupByAda(bob)])).toEqual({
      kind: 'group',
      name: 'Engines',
      visibility: 'open',
      ownerId: ada,
      members: new Map([
        [ada, { role: 'owner', sinceSeq: 0 }],
        [bob, { role: 'member', sinceSeq: 0 }],
      ]),
      former: new Set(),
    });
  });

  it('dates a membership from the event that made it', () => {
    expect(membersOf(folded([closedGroupByAda(), added(ada, bob, cleo), sent(ada), joined(dan)]))).toEqual([
      [ada, { role: 'owner', sinceSeq: 0 }],
      [bob, { role: 'member', sinceSeq: 1 }],
      [cleo, { role: 'member', sinceSeq: 1 }],
      [dan, { role: 'member', sinceSeq: 3 }],
    ]);
  });

  it('counts who left or was removed as former until he is back', () => {
    const events = [openGroupByAda(bob, cleo), left(bob), removed(cleo)];
    expect(folded(events)).toMatchObject({ former: new Set([bob, cleo]) });
    expect(folded([...events, joined(bob), added(ada, cleo)])).toMatchObject({ former: new Set() });
  });

  it('hands the group over in the place that the next owner has', () => {
    expect(membersOf(folded([closedGroupByAda(bob), joined(cleo), left(ada, bob)]))).toEqual([
      [bob, { role: 'owner', sinceSeq: 0 }],
      [cleo, { role: 'member', sinceSeq: 1 }],
    ]);
  });

  it('has no owner while nobody is in it', () => {
    const emptied = [openGroupByAda(), left(ada)];
    expect(folded(emptied)).toMatchObject({ ownerId: null, members: new Map(), former: new Set([ada]) });
    expect(folded([...emptied, joined(bob), joined(ada)])).toMatchObject({ ownerId: bob });
  });

  it('goes by the last name', () => {
    expect(folded([closedGroupByAda(), renamed('Analytics')])).toMatchObject({ name: 'Analytics' });
  });

  it.each([
    ['absent', [joined(bob)]],
    ['direct', [directOfAdaAndBob(), renamed('Other')]],
  ])('stops at a history that no decider wrote: %s', (_, events) => {
    expect(() => folded(events)).toThrow(/cannot follow/);
  });

  it('stops at a handover to who is no member', () => {
    expect(() => folded([closedGroupByAda(bob), left(ada, dan)])).toThrow(/no member/);
  });
});

describe('a snapshot', () => {
  const histories = {
    absent: [],
    direct: [directOfAdaAndBob()],
    group: [openGroupByAda(cleo, bob), left(cleo), joined(dan), joined(cleo), removed(dan), left(ada, bob)],
    empty: [openGroupByAda(), left(ada)],
  };

  it.each(Object.entries(histories))('gives back the state of a conversation that is %s', (_, events) => {
    const read = conversationFrom(JSON.parse(JSON.stringify(conversationSnapshotOf(folded(events)))));
    expect(read).toEqual(folded(events));
    expect(membersOf(read)).toEqual(membersOf(folded(events)));
  });

  it('shares nothing with the state it was taken of', () => {
    const conversation = folded(histories.group);
    const snapshot = conversationSnapshotOf(conversation);
    const before = JSON.stringify(snapshot);
    if (conversation.kind === 'group') conversation.members.clear();
    expect(JSON.stringify(snapshot)).toBe(before);
  });
});
