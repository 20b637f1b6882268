import fc from 'fast-check';
import { isMemberNow, type ConversationId, type MembershipInterval, type Seq, type UserId } from '@verbatim/domain';
import type { Position } from '@verbatim/event-store';
import type { MembershipChange } from './membership-ring.js';
import { presentConversations, staysOf, wasPushed } from './stays.js';
import { present } from '../testkit/present.fixtures.js';

const userId = 'ada' as UserId;
const conversationId = 'one' as ConversationId;
/** Joins and leaves in turn, at the given seqs. */
const changesAt = (seqs: readonly number[]): MembershipChange[] =>
  seqs.map((seq, index) => ({
    position: BigInt(seq * 16) as Position,
    userId,
    conversationId,
    seq: seq as Seq,
    change: index % 2 === 0 ? 'joined' : 'left',
  }));
const membershipOf = (intervals: readonly MembershipInterval[]) =>
  intervals.length === 0
    ? []
    : [{ conversationId, userId, role: 'member' as const, sinceSeq: present(intervals.at(-1)).fromSeq, intervals }];
const seqs = fc.uniqueArray(fc.nat(500), { maxLength: 9 }).map((some) => some.sort((a, b) => a - b));

describe('stays of a user', () => {
  it('are the same wherever the read model stops and the ring goes on, overlapping or not', () =>
    fc.assert(
      fc.property(seqs, fc.nat(9), fc.nat(9), (all, splitAt, overlap) => {
        const changes = changesAt(all);
        const complete = staysOf([], changes).get(conversationId) ?? [];
        const known = staysOf([], changes.slice(0, splitAt)).get(conversationId) ?? [];
        const fromRing = changes.slice(Math.max(0, splitAt - overlap));
        expect(staysOf(membershipOf(known), fromRing).get(conversationId) ?? []).toEqual(complete);
      }),
    ));

  it('are present where the last one is open', () => {
    expect([...presentConversations(staysOf([], changesAt([1])))]).toEqual([conversationId]);
    expect([...presentConversations(staysOf([], changesAt([1, 4])))]).toEqual([]);
  });

  it('hold every revision that a connected device was pushed', () =>
    fc.assert(
      fc.property(seqs, fc.nat(500), (all, seq) => {
        const before = changesAt(all.filter((at) => at < seq));
        const upTo = changesAt(all.filter((at) => at <= seq));
        const wasMember = isMemberNow(staysOf([], before).get(conversationId) ?? []);
        const becameMember = isMemberNow(staysOf([], upTo).get(conversationId) ?? []);
        const intervals = staysOf([], changesAt(all)).get(conversationId) ?? [];
        expect(wasPushed(intervals, seq)).toBe(wasMember || becameMember);
      }),
    ));
});
