import { accept, reject } from '../kernel/decision.js';
import { isMember } from './conversation.access.js';
import type { StartDirectConversation } from './conversation.commands.js';
import type { ConversationDecision } from './conversation.decision.js';
import type { Conversation } from './conversation.state.js';

export const startDirectConversation = (
  { data: { withUserId }, context: { actorId } }: StartDirectConversation,
  conversation: Conversation,
): ConversationDecision => {
  if (withUserId === actorId) return reject({ code: 'conversation-with-oneself' });
  if (conversation.kind === 'absent') {
    return accept({
      type: 'DirectConversationStarted',
      data: { startedBy: actorId, participantIds: [actorId, withUserId] },
    });
  }
  const isTheirs =
    conversation.kind === 'direct' && isMember(conversation, actorId) && isMember(conversation, withUserId);
  return isTheirs ? accept() : reject({ code: 'conversation-not-found' });
};
