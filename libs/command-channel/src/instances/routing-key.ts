import type { OperationCall } from '@verbatim/http-edge';
import { conversationIdOfCommand, conversationIdOfPair } from '@verbatim/platform';

/** What decides which instance a call goes to: the conversation where there is one, else whoever calls. */
export const routingKeyOf = ({ op, actor, d, address }: OperationCall): string => {
  const { conversationId, userId, commandId, userName } = d;
  if (typeof conversationId === 'string') return conversationId;
  if (op === 'conversation.direct' && actor !== null && typeof userId === 'string')
    return conversationIdOfPair(actor.userId, userId);
  if (op === 'group.create' && actor !== null && typeof commandId === 'string')
    return conversationIdOfCommand(actor.userId, commandId);
  if (actor !== null) return actor.userId;
  return typeof userName === 'string' ? userName : address;
};
