import type { ReplyOf, RequestOf, SocketOperationName } from '@verbatim/protocol';
import { ModelRefusal } from './chat-model.js';
import type { ChatModel } from './chat-model.js';

type Answers = {
  readonly [Name in SocketOperationName]?: (model: ChatModel, userId: string, d: RequestOf<Name>) => ReplyOf<Name>;
};

const profile = ({ userId, userName }: { userId: string; userName: string }) => ({
  userId,
  userName,
  displayName: userName,
});

/** The operations that only ask or change the model. */
const answers: Answers = {
  'user.me': (model, userId) => profile(model.users.find((user) => user.userId === userId) ?? missing()),
  'user.get': (model, _, { userId, userName }) =>
    profile(
      userName === undefined
        ? (model.users.find((user) => user.userId === userId) ?? missing())
        : model.userNamed(userName),
    ),
  'conversation.direct': (model, me, { userId }) => model.direct(me, userId),
  'conversation.get': (model, me, { conversationId }) => model.entry(me, conversationId),
  'group.create': (model, me, { name, memberIds }) => model.group(me, name, memberIds ?? []),
  'member.add': (model, me, { conversationId, userIds }) => model.addMember(conversationId, me, userIds),
  'member.list': (model, me, { conversationId }) => ({
    members: [...model.members(me, conversationId)].map((userId) => ({ userId, role: 'member', sinceSeq: 0 })),
  }),
  'receipt.list': (model, me, { conversationId, after, limit }) =>
    model.receiptsAfter(me, conversationId, after ?? '', limit ?? 100),
  'message.send': (model, me, { conversationId, clientMsgId, body }) =>
    model.send(me, conversationId, clientMsgId, body),
  'history.page': (model, me, { conversationId, limit, ...bounds }) =>
    model.history(me, conversationId, bounds, limit ?? 50),
  'events.page': (model, me, { conversationId, afterSeq, limit }) =>
    model.eventsAfter(me, conversationId, afterSeq ?? -1, limit ?? 100),
  'inbox.page': (model, me) => ({ conversations: model.inbox(me), cursor: String(model.log.length - 1) }),
  'presence.get': (_, __, { userIds }) => ({ users: userIds.map((userId) => ({ userId, status: 'unknown' })) }),
  'focus.set': () => ({}),
  'auth.refresh': () => ({ expiresAt: '2036-01-01T00:00:00.000Z' }),
};

const missing = (): never => {
  throw new ModelRefusal('user-not-found');
};

/** Undefined for an operation that the model does not know. */
export const answer = (model: ChatModel, userId: string, op: string, d: object): object | undefined =>
  (answers as Record<string, ((model: ChatModel, userId: string, d: object) => object) | undefined>)[op]?.(
    model,
    userId,
    d,
  );
