import { GatewayOperations } from '../command/gateway-operations.js';
import type { GatewayDelivery } from '../gateway-delivery.js';
import type { GatewayDependencies } from '../gateway-dependencies.js';
import { focusSet, presenceGet, typingSet } from '../presence/presence.operations.js';
import { conversationGet, historyPage, inboxPage, memberList } from './conversation.queries.js';
import { eventsPage } from './events.queries.js';
import type { GatewayAnnouncer } from './gateway-announcer.js';
import { receiptList } from './receipt.queries.js';
import { userGet, userMe } from './user.queries.js';

/** Every operation that the gateway answers itself. */
export const gatewayOperations = (
  { store, readModels, presence }: GatewayDependencies,
  { feed, delivery, presenceFeed, typingFeed, cursors }: GatewayDelivery,
  announcer: GatewayAnnouncer,
): GatewayOperations => {
  const parts = { store, readModels, feed, delivery, presence, presenceFeed, typingFeed };
  return new GatewayOperations(cursors, {
    'user.me': userMe(readModels),
    'user.get': userGet(readModels),
    'conversation.get': conversationGet(readModels),
    'inbox.page': inboxPage(readModels, cursors),
    'history.page': historyPage(readModels),
    'events.page': eventsPage(parts),
    'member.list': memberList(parts),
    'receipt.list': receiptList(parts),
    'presence.get': presenceGet(parts),
    'typing.set': typingSet(parts),
    'focus.set': focusSet(parts),
    'gateway.find': announcer.find,
  });
};
