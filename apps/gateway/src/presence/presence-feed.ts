import type { UserId } from '@verbatim/domain';
import type { PresenceRegistry, UserPresence } from '@verbatim/presence';
import type { Audience } from '../delivery/audience.js';
import { notice } from '../delivery/outgoing.js';
import type { Subscriber } from '../delivery/subscriber.js';

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
  ) {}

  /** What is so already, to a connection that has just focused conversations: who is here of their members. */
  async tellPresent(subscriber: Subscriber): Promise<void> {
    const userIds = new Set<UserId>();
    for (const room of this.audience.user(subscriber.userId)?.rooms ?? []) {
      if (!room.focusers?.has(subscriber)) continue;
      for (const { userId } of room.members) if (userIds.size < TOLD_MEMBERS_MAX) userIds.add(userId);
    }
    userIds.delete(subscriber.userId);
    for (const presence of await this.presence.statusOf([...userIds])) {
      subscriber.notify(notice('presence', wirePresenceOf(presence)));
    }
  }

  changed(change: UserPresence): void {
    const user = this.audience.user(change.userId as UserId);
    if (user === undefined) return;
    const told = new Set<Subscriber>();
    for (const { focusers } of user.rooms) for (const focuser of focusers ?? []) told.add(focuser);
    const push = notice('presence', wirePresenceOf(change));
    for (const subscriber of told) if (subscriber.userId !== user.userId) subscriber.notify(push);
  }
}
