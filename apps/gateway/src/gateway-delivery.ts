import type { UserEvent, UserId } from '@verbatim/domain';
import { Connector } from './delivery/connector.js';
import { CursorCodec } from './delivery/cursor.js';
import { Delivery } from './delivery/delivery.js';
import { LogFeed } from './delivery/log-feed.js';
import type { LogPlace } from './delivery/log-place.js';
import { Membership } from './delivery/membership.js';
import type { Subscriber } from './delivery/subscriber.js';
import type { GatewayDependencies } from './gateway-dependencies.js';
import type { GatewayMetrics } from './gateway-metrics.js';
import { PresenceFeed } from './presence/presence-feed.js';
import { endRevoked } from './session/revocation.js';
import { SessionDirectory } from './session/session-directory.js';

/** The half of the gateway that follows the log. */
export type GatewayDelivery = {
  readonly cursors: CursorCodec;
  readonly delivery: Delivery;
  readonly feed: LogFeed;
  readonly membership: Membership;
  readonly presenceFeed: PresenceFeed;
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
    onDelivered: (deliveries: number) => metrics.delivered(deliveries),
    onStalled: ({ position, streamName }: { position: bigint; streamName: string }, error: Error) =>
      logger.error('an event was not understood; its conversation is no longer delivered', {
        position,
        streamName,
        error,
      }),
  };
  const delivery = new Delivery(cursors, hooks, startsAfter?.position ?? null, config);
  const feed = new LogFeed(store, delivery, logger);
  // Also of a connection that comes to nothing: that its user has gone offline is how he is forgotten.
  const onEntered = ({ userId, connectionId }: Subscriber): void => presence.connected(userId, connectionId);
  const connector = new Connector({ store, readModels, feed, delivery, cursors, onEntered });
  const membership = new Membership(connector, delivery, presence, cursors, () => feed.place);
  const presenceFeed = new PresenceFeed(presence, delivery.audience);
  presence.subscribe((change) => {
    presenceFeed.changed(change);
    // Until here the user was local without a connection: those who focus his conversations had to hear of it.
    if (change.status === 'offline') delivery.audience.dismiss(change.userId as UserId);
  });
  return { cursors, delivery, feed, membership, presenceFeed, directory };
};
