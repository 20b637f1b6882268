import {
  conversationIdOf,
  conversationIdOfReceipts,
  membershipChangesOf,
  userIdOf,
  type ConversationEvent,
  type ConversationId,
  type ReceiptsEvent,
  type Revision,
  type Seq,
  type UserEvent,
  type UserId,
} from '@verbatim/domain';
import { categoryOf, type EventPlace, type Position, type RecordedEvent } from '@verbatim/event-store';
import { wireEventOf } from '@verbatim/read-models';
import { Audience } from './audience.js';
import type { CursorCodec } from './cursor.js';
import type { LogFeedHandler } from './log-feed.js';
import { MembershipRing } from './membership-ring.js';
import { LogEvent, type WireEvent } from './outgoing.js';
import { RecentEvents, type RecentEventsLimits } from './recent-events.js';
import { deliverReceipts } from './receipts.js';

export type DeliveryHooks = {
  /** An event of a user's own stream passed: sessions may have to end. */
  readonly onUserEvent: (userId: UserId, event: UserEvent, sessionId: string | null) => void;
  /** The first connection focuses the conversation, or none does any more. */
  readonly onFocusChange: (conversationId: ConversationId) => void;
  readonly onMembers: (conversationId: ConversationId, joined: readonly UserId[], left: readonly UserId[]) => void;
  readonly onDelivered: (deliveries: number) => void;
  readonly onStalled: (place: EventPlace, error: Error) => void;
};

/** Applies the log, event by event: who is where, who gets what. Synchronous, so that its state is always as of one place. */
export class Delivery implements LogFeedHandler {
  readonly audience: Audience;
  readonly recent: RecentEvents;
  readonly ring: MembershipRing;
  /** Conversations whose events are no longer shown, from the first one that was not understood on: its seq. */
  readonly stalled = new Map<ConversationId, Seq>();

  constructor(
    private readonly cursors: CursorCodec,
    private readonly hooks: DeliveryHooks,
    startsAfter: Position | null,
    limits: RecentEventsLimits,
  ) {
    this.audience = new Audience(hooks.onFocusChange);
    this.ring = new MembershipRing(startsAfter);
    this.recent = new RecentEvents(startsAfter, limits);
  }

  onEvent(recorded: RecordedEvent): void {
    const category = categoryOf(recorded.streamName);
    if (category === 'conversation') this.#ofConversation(recorded);
    else if (category === 'receipts') this.#ofReceipts(recorded);
    else if (category === 'user') {
      const { streamName, event, metadata } = recorded;
      this.hooks.onUserEvent(userIdOf(streamName), event as UserEvent, metadata.sessionId);
    }
  }

  /** The rest of the conversation stays undelivered: what was not understood may have removed somebody. */
  onNotUnderstood(place: EventPlace, error: Error): void {
    const category = categoryOf(place.streamName);
    if (category === 'conversation') this.#stall(conversationIdOf(place.streamName), place.revision);
    this.hooks.onStalled(place, error);
  }

  #stall(conversationId: ConversationId, revision: Revision): void {
    if (!this.stalled.has(conversationId)) this.stalled.set(conversationId, revision as number as Seq);
  }

  readonly eventOf = (recorded: RecordedEvent): LogEvent => new LogEvent(recorded, this.#cursorOf, conversationWire);

  readonly #cursorOf = (recorded: RecordedEvent): string => this.cursors.encode(recorded);

  #ofConversation(recorded: RecordedEvent): void {
    const conversationId = conversationIdOf(recorded.streamName);
    if (this.stalled.has(conversationId)) return;
    const { joined, left } = membershipChangesOf(recorded.event as ConversationEvent);
    this.recent.push(conversationId, recorded);
    if (joined.length > 0) {
      this.#remember(recorded, conversationId, joined, 'joined');
      this.audience.joined(conversationId, joined);
    }
    const room = this.audience.room(conversationId);
    if (room !== undefined) this.hooks.onDelivered(room.deliver(this.eventOf(recorded)));
    if (left.length > 0) {
      this.#remember(recorded, conversationId, left, 'left');
      this.audience.left(conversationId, left);
    }
    if (joined.length + left.length > 0) this.hooks.onMembers(conversationId, joined, left);
  }

  #ofReceipts(recorded: RecordedEvent): void {
    const conversationId = conversationIdOfReceipts(recorded.streamName);
    const room = this.audience.room(conversationId);
    if (room === undefined || this.stalled.has(conversationId)) return;
    const { users } = (recorded.event as ReceiptsEvent).data;
    const push = (wireOf: (recorded: RecordedEvent) => WireEvent) => new LogEvent(recorded, this.#cursorOf, wireOf);
    this.hooks.onDelivered(deliverReceipts(this.audience, room, users, push));
  }

  #remember(
    { position, revision }: RecordedEvent,
    conversationId: ConversationId,
    userIds: readonly UserId[],
    change: 'joined' | 'left',
  ): void {
    const seq = revision as number as Seq;
    for (const userId of userIds) this.ring.push({ position, userId, conversationId, seq, change });
  }
}

/** A revision that clients have no event for only keeps the seq contiguous. */
export const conversationWire = (recorded: RecordedEvent): WireEvent =>
  wireEventOf(recorded) ?? {
    ev: 'hidden',
    dText: JSON.stringify({ conversationId: conversationIdOf(recorded.streamName), seq: recorded.revision }),
  };
