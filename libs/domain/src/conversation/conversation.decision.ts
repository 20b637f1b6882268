import type { Decision } from '../kernel/decision.js';
import type { ConversationEvent } from './conversation.events.js';
import type { ConversationRejection } from './conversation.rejections.js';

export type ConversationDecision = Decision<ConversationEvent, ConversationRejection>;
