import type { ConversationId, Seq, UserId } from '@verbatim/domain';
import type { Position } from '@verbatim/event-store';
import { MembershipRing } from './membership-ring.js';

const ada = 'ada' as UserId;
const change = (position: number, userId = ada) => ({
  position: BigInt(position) as Position,
  userId,
  conversationId: 'one' as ConversationId,
  seq: position as Seq,
  change: 'joined' as const,
});
const at = (position: number) => BigInt(position) as Position;

describe('the newest changes of membership', () => {
  it('gives those of one user after a position', () => {
    const ring = new MembershipRing(null);
    for (const one of [change(16), change(32, 'bob' as UserId), change(48), change(64)]) ring.push(one);
    expect(ring.of(ada, at(16))?.map(({ seq }) => seq)).toEqual([48, 64]);
    expect(ring.of(ada, null)?.map(({ seq }) => seq)).toEqual([16, 48, 64]);
  });

  it('says when it does not reach back to the position', () => {
    const ring = new MembershipRing(at(16), 2);
    expect(ring.of(ada, null)).toBeNull();
    expect(ring.of(ada, at(16))).toEqual([]);
    for (const position of [32, 48, 64]) ring.push(change(position));
    expect(ring.of(ada, at(16))).toBeNull();
    expect(ring.of(ada, at(32))?.map(({ seq }) => seq)).toEqual([48, 64]);
  });
});
