import type { ConversationId, UserId } from '@verbatim/domain';
import type { PresenceRegistry, UserPresence } from '@verbatim/presence';
import type { Audience, Room } from '../delivery/audience.js';
import { notice } from '../delivery/outgoing.js';
import type { Subscriber } from '../delivery/subscriber.js';
import type { FocusedConversations } from './focused-conversations.js';

/** Members whose presence a connection is told when it focuses a conversation; `presence.get` answers for the others. */
const TOLD_MEMBERS_MAX = 200;

export const wirePresenceOf = ({ userId, status, lastSeenAtMs }: UserPresence) => ({
  userId,
  status,
  ...(lastSeenAtMs === null ? {} : { lastSeenAt: new Date(lastSeenAtMs).toISOString() }),
});

/** Tells presence to those who focus a conversation with the user, each of them once. */
export class PresenceFeed {
  constructor(
    private readonly presence: PresenceRegistry,
    private readonly audience: Audience,
    private readonly focused: FocusedConversations,
  ) {}

  /** What is so already, to a connection that has just focused conversations: who is here of their members. */
  async tellPresent(subscriber: Subscriber): Promise<void> {
    await this.focused.loaded(this.#roomsFocusedBy(subscriber).map(({ conversationId }) => conversationId));
    const roomByMember = new Map<UserId, Room>();
    for (const room of this.#roomsFocusedBy(subscriber)) {
      for (const userId of this.#membersOf(room))
        if (roomByMember.size < TOLD_MEMBERS_MAX) roomByMember.set(userId, room);
    }
    roomByMember.delete(subscriber.userId);
    for (const presence of await this.presence.statusOf([...roomByMember.keys()])) {
      // Either may have left while the answer was on its way.
      const room = roomByMember.get(presence.userId as UserId) as Room;
      const isShown = room.focusers.has(subscriber) && this.#membersOf(room).has(presence.userId as UserId);
      if (isShown && presence.status === 'online') subscriber.notify(notice('presence', wirePresenceOf(presence)));
    }
  }

  changed(change: UserPresence): void {
    const userId = change.userId as UserId;
    const told = new Set<Subscriber>();
    for (const room of this.#roomsOf(userId)) for (const focuser of room.focusers) told.add(focuser);
    const push = notice('presence', wirePresenceOf(change));
    for (const subscriber of told) if (subscriber.userId !== userId) subscriber.notify(push);
  }

  #roomsFocusedBy(subscriber: Subscriber): Room[] {
    const rooms = this.audience.user(subscriber.userId)?.rooms ?? [];
    return [...rooms].filter((room) => room.focusers.has(subscriber));
  }

  /** Those who are local, and those elsewhere who are watched. */
  #membersOf({ conversationId, members }: Room): ReadonlySet<UserId> {
    return new Set([...[...members].map(({ userId }) => userId), ...this.focused.membersOf(conversationId)]);
  }

  #roomsOf(userId: UserId): readonly Room[] {
    const elsewhere = [...this.focused.conversationsOf(userId)].flatMap(
      (conversationId: ConversationId) => this.audience.room(conversationId) ?? [],
    );
    return [...(this.audience.user(userId)?.rooms ?? []), ...elsewhere];
  }
}
