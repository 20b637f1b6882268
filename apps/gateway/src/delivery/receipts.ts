import type { UserId, Watermark } from '@verbatim/domain';
import type { RecordedEvent } from '@verbatim/event-store';
import { conversationIdOfPair } from '@verbatim/platform';
import { wireEventOf } from '@verbatim/read-models';
import type { Audience, Room } from './audience.js';
import type { LogEvent, WireEvent } from './outgoing.js';

type PushOf = (wireOf: (recorded: RecordedEvent) => WireEvent) => LogEvent;

/**
 * Both sides of a direct conversation get every watermark. In a group those get them who focus it, and everybody his own
 * on all his devices. Returns the number of deliveries.
 */
export const deliverReceipts = (
  audience: Audience,
  room: Room,
  users: readonly Watermark[],
  pushOf: PushOf,
): number => {
  const everything = pushOf((recorded) => wireEventOf(recorded) as WireEvent);
  if (isDirect(room, users)) return room.deliver(everything);
  let deliveries = 0;
  for (const focuser of room.focusers) {
    focuser.push(everything);
    deliveries += 1;
  }
  for (const watermark of users) deliveries += deliverOwn(audience, room, watermark, pushOf);
  return deliveries;
};

const deliverOwn = (audience: Audience, room: Room, watermark: Watermark, pushOf: PushOf): number => {
  const user = audience.user(watermark.userId);
  if (user === undefined || !room.members.has(user)) return 0;
  const own = pushOf(() => ({
    ev: 'receipt.advanced',
    dText: JSON.stringify({ conversationId: room.conversationId, users: [watermark] }),
  }));
  let deliveries = 0;
  for (const subscriber of user.subscribers) {
    if (room.focusers.has(subscriber)) continue;
    subscriber.push(own);
    deliveries += 1;
  }
  return deliveries;
};

/** The id of a direct conversation is made from its pair, so that two of its people tell what it is. */
const isDirect = (room: Room, users: readonly Watermark[]): boolean => {
  if (room.isDirect !== null) return room.isDirect;
  if (room.members.size > 2) return (room.isDirect = false);
  const people = new Set<UserId>(users.map(({ userId }) => userId));
  for (const { userId } of room.members) people.add(userId);
  if (people.size > 2) return (room.isDirect = false);
  const [one, other] = people;
  if (one === undefined || other === undefined) return false;
  return (room.isDirect = conversationIdOfPair(one, other) === room.conversationId);
};
