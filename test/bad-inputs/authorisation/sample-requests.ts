import { randomUUID } from 'node:crypto';
import type { OperationName } from '@verbatim/protocol';

/** What a request may be about. `userId`: somebody who is a member and not the owner. */
export type Subject = { readonly conversationId: string; readonly userId: string; readonly deviceId: string };

type Sample = (subject: Subject) => Readonly<Record<string, unknown>>;
const nothing: Sample = () => ({});
const inConversation: Sample = ({ conversationId }) => ({ conversationId });
const command: Sample = ({ conversationId }) => ({ conversationId, commandId: randomUUID() });

/** A well-formed request of every operation: one that is added without a sample does not compile. */
export const sampleRequests: Readonly<Record<OperationName, Sample>> = {
  'account.register': () => ({ userName: 'no', password: 'short' }),
  'account.login': () => ({ userName: 'nobody-at-all', password: 'of nobody' }),
  'account.refresh': () => ({ refreshToken: 'none' }),
  'account.logout': nothing,
  'account.change-password': () => ({ currentPassword: 'is not this', newPassword: 'becomes this' }),
  'user.me': nothing,
  'user.update': () => ({ displayName: 'another' }),
  'user.get': ({ userId }) => ({ userId }),
  'device.list': nothing,
  'device.revoke': ({ deviceId }) => ({ deviceId }),
  'presence.get': ({ userId }) => ({ userIds: [userId] }),
  'conversation.direct': ({ userId }) => ({ userId }),
  'conversation.get': inConversation,
  'inbox.page': nothing,
  'group.create': () => ({ commandId: randomUUID(), name: 'another', visibility: 'open' }),
  'group.join': command,
  'group.leave': command,
  'group.rename': (subject) => ({ ...command(subject), name: 'renamed' }),
  'member.add': (subject) => ({ ...command(subject), userIds: [subject.userId] }),
  'member.remove': (subject) => ({ ...command(subject), userId: subject.userId }),
  'member.list': inConversation,
  'message.send': ({ conversationId }) => ({ conversationId, clientMsgId: randomUUID(), body: 'hello' }),
  'history.page': inConversation,
  'events.page': inConversation,
  'receipt.advance': ({ conversationId }) => ({ conversationId, readUpTo: 0 }),
  'receipt.list': inConversation,
  'typing.set': ({ conversationId }) => ({ conversationId, typing: true }),
  'focus.set': ({ conversationId }) => ({ conversationIds: [conversationId] }),
  ping: nothing,
  auth: () => ({ token: 'none' }),
  'auth.refresh': () => ({ token: 'none' }),
  'sync.poll': nothing,
  'sync.stream': nothing,
  'gateway.find': nothing,
  'health.live': nothing,
  'health.ready': nothing,
  'metrics.read': nothing,
  'keys.list': nothing,
  'document.openapi': nothing,
  'document.asyncapi': nothing,
};
