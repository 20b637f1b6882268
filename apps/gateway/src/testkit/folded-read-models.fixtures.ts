import {
  conversationIdOf,
  intervalsAfterJoin,
  intervalsAfterLeave,
  isMemberNow,
  membershipChangesOf,
  visibleUpTo,
  type ConversationEvent,
  type ConversationId,
  type MembershipInterval,
  type Seq,
  type UserId,
} from '@verbatim/domain';
import type { EventStore, Position, RecordedEvent } from '@verbatim/event-store';
import {
  historyItemTextOf,
  wireEventOf,
  type Checkpoint,
  type InboxEntry,
  type Membership,
  type ReadModels,
} from '@verbatim/read-models';
import { present } from './present.fixtures.js';

/** Read models folded straight from a log, as far as a spec lets them: `foldTo` moves them, `follow` keeps them at the head. */
export class FoldedReadModels {
  #recorded: RecordedEvent[] = [];
  #checkpoint: Checkpoint | null = null;
  #isFollowing = true;

  constructor(private readonly store: EventStore) {}

  /** Stops where it is; `fold` alone moves it from here. */
  pause(): void {
    this.#isFollowing = false;
  }

  async fold(): Promise<void> {
    for (;;) {
      const slice = await this.store.readAll({ after: this.#checkpoint?.position ?? null, maxCount: 1_000 });
      this.#recorded.push(...slice.events);
      const last = slice.events.at(-1);
      if (last !== undefined) this.#checkpoint = { position: last.position, eventId: last.eventId };
      if (slice.isAtHead) return;
    }
  }

  get port(): ReadModels {
    return {
      membership: {
        ofUser: async (userId) => {
          await this.#follow();
          const asOf = this.#checkpoint;
          return { memberships: this.#membershipsOf(userId), asOf };
        },
        ofUserIn: async (userId, conversationId) => {
          await this.#follow();
          return this.#membershipsOf(userId).find((one) => one.conversationId === conversationId) ?? null;
        },
        page: (conversationId, after, limit) => this.#pageOfMembers(conversationId, after, limit),
      },
      timeline: {
        page: async (userId, conversationId, _range, limit) => {
          await this.#follow();
          const intervals = this.#intervalsOf(userId, conversationId);
          if (intervals.length === 0) return null;
          const upTo = visibleUpTo(intervals) ?? Number.MAX_SAFE_INTEGER;
          const shown = this.#ofConversation(conversationId).filter(({ revision }) => revision <= upTo);
          const headSeq = shown.length - 1;
          const items = shown.slice(-limit);
          return {
            itemTexts: items.map((recorded) => historyItemTextOf(present(wireEventOf(recorded)))),
            fromSeq: items[0]?.revision ?? -1,
            toSeq: items.at(-1)?.revision ?? -1,
            asOfSeq: headSeq,
            headSeq,
            hasMoreBefore: shown.length > items.length,
            hasMoreAfter: false,
          };
        },
      },
      inbox: {
        page: async (userId) => {
          await this.#follow();
          const asOf = this.#checkpoint;
          const entries = this.#membershipsOf(userId).map(({ conversationId }) => this.#entry(userId, conversationId));
          return { entries, next: null, asOf };
        },
        entry: async (userId, conversationId) => {
          await this.#follow();
          return this.#intervalsOf(userId, conversationId).length === 0 ? null : this.#entry(userId, conversationId);
        },
        receipts: async (conversationId, after, limit) => {
          const members = await this.#pageOfMembers(conversationId, after, limit);
          return members.map(({ userId }) => ({ userId, deliveredUpTo: -1, readUpTo: -1 }));
        },
      },
      users: { byId: async () => null, byName: async () => null, byIds: async () => [] },
      messageIds: { find: async () => ({ seq: null, completeToSeq: -1 }), completeToSeq: async () => -1 },
      checkpoint: async () => {
        await this.#follow();
        return this.#checkpoint;
      },
      waitUntil: async (_projections, position: Position) => {
        await this.#follow();
        return this.#checkpoint !== null && this.#checkpoint.position >= position;
      },
      close: async () => {},
    };
  }

  async #follow(): Promise<void> {
    if (this.#isFollowing) await this.fold();
  }

  async #pageOfMembers(conversationId: ConversationId, after: UserId | null, limit: number): Promise<Membership[]> {
    await this.#follow();
    const members = this.#membersOf(conversationId);
    return members.filter(({ userId }) => after === null || userId > after).slice(0, limit);
  }

  #ofConversation(conversationId: ConversationId): RecordedEvent[] {
    return this.#recorded.filter(({ streamName }) => streamName === `conversation-${conversationId}`);
  }

  #intervalsOf(userId: UserId, conversationId: ConversationId): readonly MembershipInterval[] {
    let intervals: readonly MembershipInterval[] = [];
    for (const { event, revision } of this.#ofConversation(conversationId)) {
      const { joined, left } = membershipChangesOf(event as ConversationEvent);
      const seq = revision as number as Seq;
      if (joined.includes(userId)) intervals = intervalsAfterJoin(intervals, seq);
      if (left.includes(userId)) intervals = intervalsAfterLeave(intervals, seq);
    }
    return intervals;
  }

  #membershipOf(userId: UserId, conversationId: ConversationId): Membership | null {
    const intervals = this.#intervalsOf(userId, conversationId);
    const last = intervals.at(-1);
    if (last === undefined) return null;
    return { conversationId, userId, role: 'member', sinceSeq: last.fromSeq, intervals };
  }

  #membershipsOf(userId: UserId): Membership[] {
    const conversationIds = new Set(
      this.#recorded
        .filter(({ streamName }) => streamName.startsWith('conversation-'))
        .map(({ streamName }) => conversationIdOf(streamName)),
    );
    return [...conversationIds].map((id) => this.#membershipOf(userId, id)).filter((one) => one !== null);
  }

  #membersOf(conversationId: ConversationId): Membership[] {
    const userIds = new Set(
      this.#ofConversation(conversationId).flatMap(
        ({ event }) => membershipChangesOf(event as ConversationEvent).joined,
      ),
    );
    return [...userIds]
      .sort()
      .map((userId) => this.#membershipOf(userId, conversationId))
      .filter((one) => one !== null)
      .filter(({ intervals }) => isMemberNow(intervals));
  }

  #entry(userId: UserId, conversationId: ConversationId): InboxEntry {
    const upTo = visibleUpTo(this.#intervalsOf(userId, conversationId));
    const headSeq = upTo ?? this.#ofConversation(conversationId).length - 1;
    const members = this.#membersOf(conversationId);
    return {
      conversationId,
      kind: 'group',
      memberCount: members.length,
      role: 'member',
      headSeq,
      lastMessageText: null,
      readSeq: -1,
      deliveredSeq: -1,
      unread: 0,
      unreadCapped: false,
      ...(upTo === null ? {} : { leftAtSeq: upTo }),
    };
  }
}
