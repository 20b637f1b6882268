import { Type } from 'typebox';
import type { OperationName, ReplyOf } from '../operations.js';
import type { HistoryItem, Push, ReplayedPush } from '../wire-events.js';
import { agreeing } from './agreement.js';
import { componentRef } from './component-names.js';
import { eventSchemas, presence, watermark } from './events.js';
import { instant, seq, seqOrNone, uuid } from './values.js';

const id = uuid();
const none = Type.Object({});
const next = Type.Optional(Type.String({ description: '`after` of the next page; absent on the last one.' }));
const document = Type.Record(Type.String(), Type.Unknown());
const role = Type.Enum(['owner', 'member']);

const tokens = Type.Object({
  userId: id,
  deviceId: id,
  accessToken: Type.String(),
  accessTokenExpiresAt: instant(),
  refreshToken: Type.String(),
});
const profile = Type.Object({ userId: id, userName: Type.String(), displayName: Type.String() });
const device = Type.Object({
  deviceId: id,
  deviceName: Type.String(),
  lastSeenAt: Type.Optional(instant()),
  current: Type.Boolean(),
});

const entry = Type.Object({
  conversationId: id,
  kind: Type.Enum(['direct', 'group']),
  name: Type.Optional(Type.String()),
  visibility: Type.Optional(Type.Enum(['open', 'invite-only'])),
  role: Type.Optional(role),
  memberCount: Type.Optional(Type.Integer({ minimum: 0 })),
  headSeq: seq(),
  lastMessage: Type.Optional(
    Type.Object({ type: Type.Literal('message.sent'), ...eventSchemas['message.sent'].properties }),
  ),
  readSeq: seqOrNone(),
  deliveredSeq: Type.Optional(seqOrNone()),
  unread: Type.Integer({ minimum: 0 }),
  unreadCapped: Type.Optional(Type.Boolean()),
  mentions: Type.Integer({ minimum: 0 }),
  members: Type.Optional(Type.Array(Type.Object({ userId: id }))),
  receipts: Type.Optional(Type.Array(watermark)),
  leftAtSeq: Type.Optional(seq('The last seq that a former member may see.')),
});

const accountReplies = {
  'account.register': tokens,
  'account.login': tokens,
  'account.refresh': tokens,
  'account.logout': none,
  'account.change-password': none,
  'user.me': profile,
  'user.update': profile,
  'user.get': profile,
  'device.list': Type.Object({ devices: Type.Array(device) }),
  'device.revoke': none,
  'presence.get': Type.Object({ users: Type.Array(presence) }),
};

const place = Type.Object({ seq: seq('Of the event; the head when nothing had to change.') });
const conversationReplies = {
  'conversation.direct': Type.Object({ conversationId: id, created: Type.Boolean() }),
  'conversation.get': entry,
  'inbox.page': Type.Object({ conversations: Type.Array(entry), cursor: Type.String(), next }),
  'group.create': Type.Object({ conversationId: id, seq: seq() }),
  'group.join': place,
  'group.leave': place,
  'group.rename': place,
  'member.add': place,
  'member.remove': place,
  'member.list': Type.Object({ members: Type.Array(Type.Object({ userId: id, role, sinceSeq: seq() })), next }),
};

const messageReplies = {
  'message.send': Type.Object({
    conversationId: id,
    messageId: id,
    seq: seq(),
    sentAt: instant(),
    duplicate: Type.Boolean(),
  }),
  'history.page': Type.Object({
    items: Type.Array(Type.Unsafe<HistoryItem>(componentRef('HistoryItem'))),
    fromSeq: seqOrNone(),
    toSeq: seqOrNone(),
    asOfSeq: seqOrNone(),
    headSeq: seqOrNone(),
    hasMoreBefore: Type.Boolean(),
    hasMoreAfter: Type.Boolean(),
  }),
  'events.page': Type.Object({
    events: Type.Array(Type.Unsafe<ReplayedPush>(componentRef('ReplayedPush'))),
    toSeq: seqOrNone(),
    headSeq: seqOrNone(),
  }),
  'receipt.advance': none,
  'receipt.list': Type.Object({ receipts: Type.Array(watermark), next }),
  'typing.set': none,
  'focus.set': none,
};

const connectionReplies = {
  ping: Type.Object({ cur: Type.Optional(Type.String()), n: Type.Integer({ minimum: 0 }) }),
  auth: Type.Object({
    sessionId: id,
    userId: id,
    resume: Type.Enum(['replayed', 'current', 'reset']),
    cursor: Type.String(),
    serverTime: instant(),
  }),
  'auth.refresh': Type.Object({ expiresAt: instant() }),
  'sync.poll': Type.Object({ events: Type.Array(Type.Unsafe<Push>(componentRef('Push'))), cursor: Type.String() }),
  'sync.stream': none,
  'gateway.find': Type.Object({ gatewayId: Type.String(), url: Type.String(), zone: Type.Optional(Type.String()) }),
};

const health = Type.Object({
  status: Type.Enum(['ok', 'unavailable']),
  checks: Type.Optional(Type.Record(Type.String(), Type.String())),
});
const serviceReplies = {
  'health.live': health,
  'health.ready': health,
  'metrics.read': none,
  'keys.list': Type.Object({ keys: Type.Array(document) }),
  'document.openapi': document,
  'document.asyncapi': document,
};

type Replies = { [Name in OperationName]: ReplyOf<Name> };

/** JSON Schema of the reply of every operation. Open: a client ignores fields that it does not know. */
export const replySchemas = agreeing<Replies>()({
  ...accountReplies,
  ...conversationReplies,
  ...messageReplies,
  ...connectionReplies,
  ...serviceReplies,
});
