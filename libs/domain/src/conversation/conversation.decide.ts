import { assertNever } from '../kernel/assert-never.js';
import type { Decider } from '../kernel/decider.js';
import type { ConversationCommand } from './conversation.commands.js';
import type { ConversationDecision } from './conversation.decision.js';
import type { ConversationEvent } from './conversation.events.js';
import { evolveConversation } from './conversation.evolve.js';
import type { ConversationRejection } from './conversation.rejections.js';
import { type Conversation, initialConversation } from './conversation.state.js';
import { startDirectConversation } from './direct.decide.js';
import { createGroup, renameGroup } from './group.decide.js';
import { addMembers, joinGroup, leaveGroup, removeMember } from './membership.decide.js';
import { sendMessage } from './message.decide.js';

type GroupCommand = Exclude<ConversationCommand, { type: 'StartDirectConversation' | 'SendMessage' }>;

const decideGroup = (command: GroupCommand, conversation: Conversation): ConversationDecision => {
  switch (command.type) {
    case 'CreateGroup':
      return createGroup(command, conversation);
    case 'RenameGroup':
      return renameGroup(command, conversation);
    case 'JoinGroup':
      return joinGroup(command, conversation);
    case 'LeaveGroup':
      return leaveGroup(command, conversation);
    case 'AddMembers':
      return addMembers(command, conversation);
    case 'RemoveMember':
      return removeMember(command, conversation);
    default:
      return assertNever(command);
  }
};

/**
 * Whether the conversation takes the command, and as which event. Access is judged before what the command carries:
 * what a stranger is told never depends on what he sent.
 */
export const decideConversation = (command: ConversationCommand, conversation: Conversation): ConversationDecision => {
  switch (command.type) {
    case 'SendMessage':
      return sendMessage(command, conversation);
    case 'StartDirectConversation':
      return startDirectConversation(command, conversation);
    default:
      return decideGroup(command, conversation);
  }
};

export const conversationDecider: Decider<ConversationCommand, Conversation, ConversationEvent, ConversationRejection> =
  { initial: initialConversation, decide: decideConversation, evolve: evolveConversation };
