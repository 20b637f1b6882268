import { isMemberNow, type ConversationId, type UserId } from '@verbatim/domain';
import type { PresenceRegistry, UserPresence } from '@verbatim/presence';
import type { FocusSetRequest, PresenceGetRequest, TypingSetRequest } from '@verbatim/protocol';
import type { OwnCall, OwnOperation } from '../command/gateway-operations.js';
import { noContent, ok, OperationError } from '../command/operation-error.js';
import { currentStays, type StayParts } from '../delivery/current-stays.js';
import { caughtUp } from '../http/catch-up.js';
import { wirePresenceOf, type PresenceFeed } from './presence-feed.js';
import type { TypingFeed } from './typing-feed.js';

type Parts = StayParts & {
  readonly presence: PresenceRegistry;
  readonly presenceFeed: PresenceFeed;
  readonly typingFeed: TypingFeed;
};

/** Lets a member as of the applied place pass; 403 for a former one, 404 for everybody else. */
const requireMember = async (parts: Parts, { actor }: OwnCall, conversationId: ConversationId): Promise<void> => {
  const userId = actor.userId as UserId;
  if (parts.delivery.audience.isMember(userId, conversationId)) return;
  const stays = await currentStays(parts, userId, conversationId);
  if (stays.length === 0) throw new OperationError('conversation-not-found');
  if (!isMemberNow(stays)) throw new OperationError('not-a-member');
};

/** Ephemeral: to those who look at the conversation at this moment, and to nobody later. */
export const typingSet =
  (parts: Parts): OwnOperation =>
  async (call) => {
    const { conversationId, typing } = call.d as TypingSetRequest;
    await requireMember(parts, call, conversationId as ConversationId);
    parts.typingFeed.typed(conversationId as ConversationId, { userId: call.actor.userId as UserId, typing });
    return noContent;
  };

/** Replaces the focus of the connection, all of it or nothing. */
export const focusSet =
  (parts: Parts): OwnOperation =>
  async (call) => {
    const { subscriber } = call;
    if (subscriber === null) throw new OperationError('unknown-op');
    const conversationIds = (call.d as FocusSetRequest).conversationIds as readonly ConversationId[];
    for (const conversationId of conversationIds) await requireMember(parts, call, conversationId);
    parts.delivery.audience.focus(subscriber, conversationIds);
    void parts.presenceFeed.tellPresent(subscriber);
    return ok({});
  };

export const presenceGet =
  (parts: Parts): OwnOperation =>
  async ({ actor, d, seen }) => {
    await caughtUp(parts.readModels, ['membership-v1'], seen);
    const userIds = (d as PresenceGetRequest).userIds as readonly UserId[];
    const mine = await conversationsOf(parts, actor.userId as UserId);
    const users: object[] = [];
    for (const presence of await parts.presence.statusOf(userIds)) {
      const userId = presence.userId as UserId;
      const isShown = userId === actor.userId || (await sharesOne(parts, userId, mine));
      users.push(wirePresenceOf(isShown ? presence : strangerOf(presence)));
    }
    return ok({ users });
  };

const strangerOf = ({ userId }: UserPresence): UserPresence => ({ userId, status: 'unknown', lastSeenAtMs: null });

const conversationsOf = async ({ delivery, readModels }: Parts, userId: UserId): Promise<ReadonlySet<string>> => {
  const user = delivery.audience.user(userId);
  if (user !== undefined) return new Set([...user.rooms].map(({ conversationId }) => conversationId));
  const { memberships } = await readModels.membership.ofUser(userId);
  return new Set(memberships.filter((one) => isMemberNow(one.intervals)).map(({ conversationId }) => conversationId));
};

const sharesOne = async (parts: Parts, userId: UserId, mine: ReadonlySet<string>): Promise<boolean> => {
  for (const conversationId of await conversationsOf(parts, userId)) if (mine.has(conversationId)) return true;
  return false;
};
