import type { ConversationId, MembershipInterval, UserId } from '@verbatim/domain';
import type { EventStore } from '@verbatim/event-store';
import type { ReadModels } from '@verbatim/read-models';
import { OperationError } from '../command/operation-error.js';
import { CURSOR_AHEAD_MAX_MS } from './connector.js';
import type { Delivery } from './delivery.js';
import type { LogFeed } from './log-feed.js';
import { staysOf } from './stays.js';

export type StayParts = {
  readonly store: EventStore;
  readonly readModels: ReadModels;
  readonly feed: LogFeed;
  readonly delivery: Delivery;
};

/**
 * One user's stays in one conversation, complete to a head that is not below anything that was read before the call: what
 * was read may be shown as far as they allow. Empty for a stranger. Throws `behind` when that cannot be told now.
 */
export const currentStays = async (
  { store, readModels, feed, delivery }: StayParts,
  userId: UserId,
  conversationId: ConversationId,
): Promise<readonly MembershipInterval[]> => {
  const head = await store.headPosition();
  if (head !== null && !(await feed.reaches(head, CURSOR_AHEAD_MAX_MS))) throw new OperationError('behind');
  const asOf = await readModels.checkpoint('membership-v1');
  const membership = await readModels.membership.ofUserIn(userId, conversationId);
  const changes = delivery.ring.of(userId, asOf?.position ?? null);
  if (changes === null) throw new OperationError('behind');
  return staysOf(membership === null ? [] : [membership], changes).get(conversationId) ?? [];
};
