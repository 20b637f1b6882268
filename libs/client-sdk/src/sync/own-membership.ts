import type { ReplayedPush } from '@verbatim/protocol';

/** True when the event makes this user a member who was none: it may come at any seq. */
export const isOwnArrival = (push: ReplayedPush, userId: string): boolean =>
  (push.ev === 'member.joined' && push.d.userId === userId) ||
  (push.ev === 'member.added' && push.d.userIds.includes(userId));

/** True when the event ends this user's membership: nothing follows it until he comes back. */
export const isOwnDeparture = (push: ReplayedPush, userId: string): boolean =>
  (push.ev === 'member.left' || push.ev === 'member.removed') && push.d.userId === userId;
