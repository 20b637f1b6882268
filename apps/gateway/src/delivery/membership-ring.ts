import type { ConversationId, Seq, UserId } from '@verbatim/domain';
import type { Position } from '@verbatim/event-store';
import { Deque } from './deque.js';
import { isBefore } from './log-place.js';

export type MembershipChange = {
  readonly position: Position;
  readonly userId: UserId;
  readonly conversationId: ConversationId;
  readonly seq: Seq;
  readonly change: 'joined' | 'left';
};

/** Changes kept; one `MembersAdded` of 500 people is 500 of them. */
export const MEMBERSHIP_RING_MAX_CHANGES = 100_000;

/** The newest changes of membership, so that a read model that is a little behind can be brought up to this moment. */
export class MembershipRing {
  readonly #changes = new Deque<MembershipChange>();
  #completeAfter: Position | null;

  /** @param startsAfter the place in the log that the gateway started to follow from */
  constructor(
    startsAfter: Position | null,
    private readonly changesMax = MEMBERSHIP_RING_MAX_CHANGES,
  ) {
    this.#completeAfter = startsAfter;
  }

  push(change: MembershipChange): void {
    this.#changes.push(change);
    if (this.#changes.length <= this.changesMax) return;
    this.#completeAfter = this.#changes.shift()?.position ?? null;
  }

  /** The user's changes after a position, in order; null when the ring does not reach back that far. */
  of(userId: UserId, after: Position | null): readonly MembershipChange[] | null {
    if (isBefore(after, this.#completeAfter)) return null;
    const changes: MembershipChange[] = [];
    const first = this.#changes.firstIndex(({ position }) => isBefore(after, position));
    for (let index = first; index < this.#changes.length; index += 1) {
      const change = this.#changes.at(index);
      if (change.userId === userId) changes.push(change);
    }
    return changes;
  }
}
