import type { ConversationId, UserEvent, UserId } from '@verbatim/domain';
import { categoryOf } from '@verbatim/event-store';
import { Connector } from './delivery/connector.js';
import { CursorCodec } from './delivery/cursor.js';
import { Delivery } from './delivery/delivery.js';
import { type FeedMeter, LogFeed } from './delivery/log-feed.js';
import type { LogPlace } from './delivery/log-place.js';
import { Membership } from './delivery/membership.js';
import type { Subscriber } from './delivery/subscriber.js';
import type { GatewayDependencies } from './gateway-dependencies.js';
import type { GatewayMetrics } from './gateway-metrics.js';
import { FocusedConversations } from './presence/focused-conversations.js';
import { PresenceFeed } from './presence/presence-feed.js';
import { TypingFeed } from './presence/typing-feed.js';
import { endRevoked } from './session/revocation.js';
import { SessionDirectory } from './session/session-directory.js';

/** The half of the gateway that follows the log. */
export type GatewayDelivery = {
  readonly cursors: CursorCodec;
  readonly delivery: Delivery;
  readonly feed: LogFeed;
  readonly membership: Membership;
  readonly presenceFeed: PresenceFeed;
  readonly typingFeed: TypingFeed;
  readonly directory: SessionDirectory;
};

/** @param startsAfter where the feed will start: no later than the membership that sessions are registered on */
export const assembleDelivery = (
  { config, store, readModels, authority, presence, cursorKey, logger }: GatewayDependencies,
  metrics: GatewayMetrics,
  startsAfter: LogPlace,
): GatewayDelivery => {
  const cursors = new CursorCodec(cursorKey, store.identity);
  const directory = new SessionDirectory(config.connectionsPerUserMax);
  const hooks = {
    onUserEvent: (userId: UserId, event: UserEvent, sessionId: string | null) => {
      if (event.type === 'DeviceRevoked' && sessionId !== null) authority.ended(sessionId);
      endRevoked(directory, userId, event, sessionId);
    },
    onFocusChange: (conversationId: ConversationId) => focused.changed(conversationId),
    onMembers: (conversationId: ConversationId, joined: readonly UserId[], left: readonly UserId[]) =>
      focused.membersChanged(conversationId, joined, left),
    onDelivered: (deliveries: number) => metrics.delivered(deliveries),
    onStalled: ({ position, streamName }: { position: bigint; streamName: string }, error: Error) =>
      logger.error('an event was not understood; its conversation is no longer delivered', {
        position,
        streamName,
        error,
      }),
  };
  const delivery = new Delivery(cursors, hooks, startsAfter?.position ?? null, config);
  const feed = new LogFeed(store, delivery, logger, feedMeter(metrics));
  // Also of a connection that comes to nothing: that its user has gone offline is how he is forgotten.
  const onEntered = ({ userId, connectionId, actor }: Subscriber): void =>
    presence.connected(userId, connectionId, actor.deviceId);
  const connector = new Connector({ store, readModels, feed, delivery, cursors, onEntered });
  const membership = new Membership(connector, delivery, presence, cursors, () => feed.place);
  const { focused, presenceFeed, typingFeed } = assembleEphemeral({ presence, readModels }, delivery, feed);
  return { cursors, delivery, feed, membership, presenceFeed, typingFeed, directory };
};

/** Pushes are written at the end of their turn: what is put off once they are made comes after that. */
const feedMeter = (metrics: GatewayMetrics): FeedMeter => ({
  onApplied: (events, arrivedAtMs) => {
    const arrivedAt = Date.now() - (performance.now() - arrivedAtMs);
    for (const { streamName, metadata } of events)
      if (categoryOf(streamName) === 'conversation') metrics.arrived(metadata.recordedAt, arrivedAt);
    setImmediate(() => metrics.pushed(arrivedAtMs));
  },
});

/** What is never stored: presence and typing, here and at the other gateways. */
const assembleEphemeral = (
  { presence, readModels }: Pick<GatewayDependencies, 'presence' | 'readModels'>,
  delivery: Delivery,
  feed: LogFeed,
) => {
  const { audience } = delivery;
  const focused = new FocusedConversations({ presence, readModels, audience, placeOf: () => feed.place });
  const presenceFeed = new PresenceFeed(presence, audience, focused);
  const typingFeed = new TypingFeed({ signals: presence.signals, delivery, feed });
  presence.subscribe((change) => presenceFeed.changed(change));
  // Until then the user was local without a connection: those who focus his conversations had to hear that he is offline.
  presence.onLeft((userId) => audience.dismiss(userId as UserId));
  return { focused, presenceFeed, typingFeed };
};
