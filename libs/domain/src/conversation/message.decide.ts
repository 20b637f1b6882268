import { accept, reject } from '../kernel/decision.js';
import { fitsIn, hasVisibleCharacter, isUnicode } from '../kernel/text.js';
import { refusalToMember } from './conversation.access.js';
import type { SendMessage } from './conversation.commands.js';
import type { ConversationDecision } from './conversation.decision.js';
import { BODY_MAX_BYTES, BODY_MAX_GRAPHEMES } from './conversation.limits.js';
import type { ConversationRejection } from './conversation.rejections.js';
import type { Conversation } from './conversation.state.js';

const LIMITS = { bytesMax: BODY_MAX_BYTES, graphemesMax: BODY_MAX_GRAPHEMES };

const bodyRejectionOf = (body: string): ConversationRejection | null => {
  if (!isUnicode(body)) return { code: 'body-not-unicode' };
  if (!hasVisibleCharacter(body)) return { code: 'body-empty' };
  return fitsIn(body, LIMITS) ? null : { code: 'body-too-long', ...LIMITS };
};

/** Every send is a new message here: a retry is found above the decider, by its `clientMsgId`. */
export const sendMessage = ({ data, context }: SendMessage, conversation: Conversation): ConversationDecision => {
  const refusal = refusalToMember(conversation, context.actorId);
  if (refusal) return refusal;
  const bodyRejection = bodyRejectionOf(data.body);
  if (bodyRejection) return reject(bodyRejection);
  const { messageId, clientMsgId, body } = data;
  return accept({
    type: 'MessageSent',
    data: { messageId, clientMsgId, senderId: context.actorId, body, sentAt: context.now },
  });
};
