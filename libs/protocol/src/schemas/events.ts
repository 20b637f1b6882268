import { Type } from 'typebox';
import { resetReasons } from '../events/connection-events.js';
import { helloLimits } from '../limits.js';
import type { HelloLimits } from '../limits.js';
import type { WireEvents } from '../wire-events.js';
import { agreeing } from './agreement.js';
import { instant, seq, seqOrNone, uuid } from './values.js';

const id = uuid();
const place = { conversationId: id, seq: seq('Contiguous per conversation.') };
const ids = Type.Array(id);
const visibility = Type.Enum(['open', 'invite-only']);

export const watermark = Type.Object({ userId: id, deliveredUpTo: seqOrNone(), readUpTo: seqOrNone() });

const conversationEvents = {
  'message.sent': Type.Object({
    ...place,
    messageId: id,
    clientMsgId: id,
    senderId: id,
    body: Type.String(),
    sentAt: instant(),
  }),
  'conversation.created': Type.Object({
    ...place,
    kind: Type.Literal('direct'),
    participantIds: Type.Array(id, { minItems: 2, maxItems: 2 }),
    createdBy: id,
  }),
  'group.created': Type.Object({ ...place, name: Type.String(), visibility, creatorId: id, memberIds: ids }),
  'group.renamed': Type.Object({ ...place, name: Type.String(), renamedBy: id }),
  'member.joined': Type.Object({ ...place, userId: id }),
  'member.left': Type.Object({ ...place, userId: id, newOwnerId: Type.Union([id, Type.Null()]) }),
  'member.added': Type.Object({ ...place, userIds: ids, addedBy: id }),
  'member.removed': Type.Object({ ...place, userId: id, removedBy: id }),
  hidden: Type.Object(place),
  'receipt.advanced': Type.Object({ conversationId: id, users: Type.Array(watermark) }),
};

export const presence = Type.Object({
  userId: id,
  status: Type.Enum(['online', 'offline', 'unknown']),
  lastSeenAt: Type.Optional(instant()),
});

const limit = Type.Integer();
const limitSchemas = Object.fromEntries(Object.keys(helloLimits).map((name) => [name, limit])) as {
  [Name in keyof HelloLimits]: typeof limit;
};

const connectionEvents = {
  typing: Type.Object({ conversationId: id, userId: id, typing: Type.Boolean() }),
  presence,
  hello: Type.Object({
    heartbeatMs: Type.Integer(),
    authTimeoutMs: Type.Integer(),
    protocol: Type.Array(Type.Integer()),
    limits: Type.Object(limitSchemas),
  }),
  synced: Type.Object({ cursor: Type.String() }),
  gap: Type.Object({ conversationId: id, fromSeq: seq(), toSeq: seq() }),
  reset: Type.Object({ reason: Type.Enum([...resetReasons]) }),
  goaway: Type.Object({ afterMs: Type.Integer({ minimum: 0 }) }),
  'token.expiring': Type.Object({ expiresAt: instant() }),
};

/** JSON Schema of the `d` of every push. Open: a client ignores fields that it does not know. */
export const eventSchemas = agreeing<WireEvents>()({ ...conversationEvents, ...connectionEvents });
