import type { OperationName, RequestOf } from '../operations.js';

export const ada = '0190a5b2-0000-7abc-8def-00000000000a';
export const bob = '0190a5b2-0000-7abc-8def-00000000000b';
export const room = '0190a5b2-0000-7abc-8def-0000000000c0';
export const commandId = '0190a5b2-0000-7abc-8def-0000000000d0';
const password = 'correct horse';

/** The fullest request of every operation that is right. */
export const goodRequests: { readonly [Name in OperationName]: RequestOf<Name> } = {
  'account.register': { userName: 'ada', password, displayName: 'Ada', deviceName: 'laptop' },
  'account.login': { userName: 'ada', password, deviceId: ada, deviceName: 'laptop' },
  'account.refresh': { refreshToken: 'abc' },
  'account.logout': {},
  'account.change-password': { currentPassword: 'x', newPassword: password },
  'user.me': {},
  'user.update': { commandId, displayName: 'Ada' },
  'user.get': { userId: bob },
  'device.list': {},
  'device.revoke': { commandId, deviceId: ada },
  'presence.get': { userIds: [ada, bob] },
  'conversation.direct': { commandId, userId: bob },
  'conversation.get': { conversationId: room },
  'inbox.page': { after: 'abc', limit: 10 },
  'group.create': { commandId, name: 'Reading', visibility: 'invite-only', memberIds: [bob] },
  'group.join': { commandId, conversationId: room },
  'group.leave': { commandId, conversationId: room },
  'group.rename': { commandId, conversationId: room, name: 'Writing' },
  'member.add': { commandId, conversationId: room, userIds: [bob] },
  'member.remove': { commandId, conversationId: room, userId: bob },
  'member.list': { conversationId: room, after: ada, limit: 10 },
  'message.send': { conversationId: room, clientMsgId: commandId, body: 'hello', knownSeq: 4 },
  'history.page': { conversationId: room, afterSeq: 3, limit: 10 },
  'events.page': { conversationId: room, afterSeq: 3, limit: 10 },
  'receipt.advance': { conversationId: room, deliveredUpTo: 5, readUpTo: 4 },
  'receipt.list': { conversationId: room, after: ada, limit: 10 },
  'typing.set': { conversationId: room, typing: true },
  'focus.set': { conversationIds: [room] },
  ping: {},
  auth: { token: 'abc', deviceId: ada, client: { name: 'terminal', version: '1' }, cursor: 'xyz' },
  'auth.refresh': { token: 'abc' },
  'sync.poll': { cursor: 'xyz', wait: 25 },
  'sync.stream': { cursor: 'xyz' },
  'gateway.find': { zone: 'north' },
  'health.live': {},
  'health.ready': {},
  'metrics.read': {},
  'keys.list': {},
  'document.openapi': {},
  'document.asyncapi': {},
};
