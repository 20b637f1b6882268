import { Type } from 'typebox';
import {
  EVENTS_PAGE_DEFAULT,
  EVENTS_PAGE_MAX,
  FOCUS_MAX,
  HISTORY_PAGE_DEFAULT,
  HISTORY_PAGE_MAX,
  INBOX_PAGE_DEFAULT,
  INBOX_PAGE_MAX,
  MEMBERS_PAGE_DEFAULT,
  MEMBERS_PAGE_MAX,
} from '../limits.js';
import { closed, commandId, opaque, pageLimit, seq, seqOrNone, uuid } from './values.js';

const conversationId = uuid();
const inConversation = Type.Object({ conversationId }, closed);
const move = Type.Object({ commandId: commandId(), conversationId }, closed);
/** Lengths of names and bodies are for the rules of the domain to judge, with codes of their own. */
const name = Type.String({ description: 'At most 64 graphemes.' });
const body = Type.String({ description: 'At most 16 KiB of UTF-8 and 4,000 graphemes.' });
const after = Type.Optional(opaque('`next` of the page before.'));

const pageOfMembers = Type.Object(
  { conversationId, after, limit: Type.Optional(pageLimit(MEMBERS_PAGE_MAX, MEMBERS_PAGE_DEFAULT)) },
  closed,
);

export const conversationRequests = {
  'conversation.direct': Type.Object({ commandId: commandId(), userId: uuid() }, closed),
  'conversation.get': inConversation,
  'inbox.page': Type.Object({ after, limit: Type.Optional(pageLimit(INBOX_PAGE_MAX, INBOX_PAGE_DEFAULT)) }, closed),
  'group.create': Type.Object(
    {
      commandId: commandId(),
      name,
      visibility: Type.Enum(['open', 'invite-only']),
      memberIds: Type.Optional(Type.Array(uuid(), { description: 'At most 500, beside the creator.' })),
    },
    closed,
  ),
  'group.join': move,
  'group.leave': move,
  'group.rename': Type.Object({ commandId: commandId(), conversationId, name }, closed),
};

export const memberRequests = {
  'member.add': Type.Object(
    {
      commandId: commandId(),
      conversationId,
      userIds: Type.Array(uuid(), { minItems: 1, description: 'At most 500.' }),
    },
    closed,
  ),
  'member.remove': Type.Object({ commandId: commandId(), conversationId, userId: uuid() }, closed),
  'member.list': pageOfMembers,
};

export const messageRequests = {
  'message.send': Type.Object(
    {
      conversationId,
      clientMsgId: uuid('Once per message, kept over every retry.'),
      body,
      knownSeq: Type.Optional(seqOrNone('The head that the client knew when it minted the id.')),
    },
    closed,
  ),
  'history.page': Type.Object(
    {
      conversationId,
      beforeSeq: Type.Optional(seq('Exclusive.')),
      afterSeq: Type.Optional(seqOrNone('Exclusive; -1 is from the start.')),
      limit: Type.Optional(pageLimit(HISTORY_PAGE_MAX, HISTORY_PAGE_DEFAULT)),
    },
    closed,
  ),
  'events.page': Type.Object(
    {
      conversationId,
      afterSeq: Type.Optional(seqOrNone('Exclusive; from the start when absent.')),
      limit: Type.Optional(pageLimit(EVENTS_PAGE_MAX, EVENTS_PAGE_DEFAULT)),
    },
    closed,
  ),
  'receipt.advance': Type.Object(
    { conversationId, deliveredUpTo: Type.Optional(seq()), readUpTo: Type.Optional(seq()) },
    closed,
  ),
  'receipt.list': pageOfMembers,
  'typing.set': Type.Object({ conversationId, typing: Type.Boolean() }, closed),
  'focus.set': Type.Object({ conversationIds: Type.Array(uuid(), { maxItems: FOCUS_MAX }) }, closed),
};
