import type { Seq } from '../kernel/ids.js';
import { ada, bob, cleo, dan } from '../kernel/people.fixtures.js';
import {
  added,
  closedGroupByAda,
  directOfAdaAndBob,
  joined,
  left,
  removed,
  renamed,
  sent,
} from './conversation.fixtures.js';
import {
  canSee,
  intervalsAfterJoin,
  intervalsAfterLeave,
  isMemberNow,
  type MembershipInterval,
  membershipChangesOf,
  NOTHING_VISIBLE,
  ownerAfter,
  visibleUpTo,
} from './membership.js';

const seq = (value: number): Seq => value as Seq;

describe('the membership changes of an event', () => {
  it.each([
    ['both of a direct conversation', directOfAdaAndBob(), [ada, bob], []],
    ['the creator and the first members', closedGroupByAda(bob, cleo), [ada, bob, cleo], []],
    ['those who are added', added(ada, bob, cleo), [bob, cleo], []],
    ['who joins', joined(dan), [dan], []],
    ['who leaves', left(dan, bob), [], [dan]],
    ['who is removed', removed(dan), [], [dan]],
    ['nobody by a new name', renamed('Other'), [], []],
    ['nobody by a message', sent(ada), [], []],
  ])('name %s', (_, event, joinedIds, leftIds) => {
    expect(membershipChangesOf(event)).toEqual({ joined: joinedIds, left: leftIds });
  });
});

describe('the owner after an event', () => {
  it.each([
    ['is the creator of a new group', null, closedGroupByAda(bob), ada],
    ['is whom a leaving owner hands over to', ada, left(ada, bob), bob],
    ['is nobody when the last member leaves', ada, left(ada), null],
    ['is who joins an empty group', null, joined(cleo), cleo],
    ['stays when another joins', ada, joined(cleo), ada],
    ['stays when another leaves', ada, left(bob), ada],
    ['stays over a message', ada, sent(bob), ada],
    ['is nobody in a direct conversation', null, directOfAdaAndBob(), null],
  ])('%s', (_, before, event, after) => {
    expect(ownerAfter(before, event)).toBe(after);
  });
});

describe('what a user may see', () => {
  const never: readonly MembershipInterval[] = [];
  const member = intervalsAfterJoin(never, seq(5));
  const removedAt10 = intervalsAfterLeave(member, seq(10));
  const backAt50 = intervalsAfterJoin(removedAt10, seq(50));
  const goneAt60 = intervalsAfterLeave(backAt50, seq(60));

  it('is recorded as stays, the ends included', () => {
    expect(goneAt60).toEqual([
      { fromSeq: 5, toSeq: 10 },
      { fromSeq: 50, toSeq: 60 },
    ]);
  });

  it('is nothing for a stranger', () => {
    expect(visibleUpTo(never)).toBe(NOTHING_VISIBLE);
    expect(canSee(never, seq(0))).toBe(false);
    expect(isMemberNow(never)).toBe(false);
  });

  it('is everything for a member, what came before him included', () => {
    expect(visibleUpTo(member)).toBeNull();
    expect([0, 4, 5, 1_000_000].map((value) => canSee(member, seq(value)))).toEqual([true, true, true, true]);
    expect(isMemberNow(member)).toBe(true);
  });

  it('ends with the removal, which is seen', () => {
    expect(visibleUpTo(removedAt10)).toBe(10);
    expect([0, 10, 11].map((value) => canSee(removedAt10, seq(value)))).toEqual([true, true, false]);
    expect(isMemberNow(removedAt10)).toBe(false);
  });

  it('is everything again for who came back, the time between included', () => {
    expect([11, 49, 50, 51].map((value) => canSee(backAt50, seq(value)))).toEqual([true, true, true, true]);
    expect([49, 60, 61].map((value) => canSee(goneAt60, seq(value)))).toEqual([true, true, false]);
  });
});
