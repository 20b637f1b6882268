import type { ConversationCommand, ConversationEvent } from '@verbatim/domain';

type EventTypeOf = { readonly [Type in ConversationCommand['type']]: ConversationEvent['type'] };

const eventTypeOf: EventTypeOf = {
  StartDirectConversation: 'DirectConversationStarted',
  CreateGroup: 'GroupCreated',
  RenameGroup: 'GroupRenamed',
  JoinGroup: 'MemberJoined',
  LeaveGroup: 'MemberLeft',
  AddMembers: 'MembersAdded',
  RemoveMember: 'MemberRemoved',
  SendMessage: 'MessageSent',
};

/**
 * Whether a stored event is what this command, sent again, would have asked for. False is `idempotency-mismatch`. Of a list of
 * people the event keeps only those for whom something changed, so it may hold fewer than the command names.
 */
export const isSameContent = (command: ConversationCommand, event: ConversationEvent): boolean => {
  if (eventTypeOf[command.type] !== event.type && !isOwnDeparture(command, event)) return false;
  switch (event.type) {
    case 'MessageSent':
      return command.type === 'SendMessage' && command.data.body === event.data.body;
    case 'GroupCreated':
      return (
        command.type === 'CreateGroup' &&
        command.data.name === event.data.name &&
        command.data.visibility === event.data.visibility &&
        event.data.memberIds.every((id) => command.data.memberIds.includes(id))
      );
    case 'GroupRenamed':
      return command.type === 'RenameGroup' && command.data.name === event.data.name;
    case 'MembersAdded':
      return command.type === 'AddMembers' && event.data.userIds.every((id) => command.data.userIds.includes(id));
    case 'MemberRemoved':
      return command.type === 'RemoveMember' && command.data.userId === event.data.userId;
    default:
      return true;
  }
};

/** An owner who removes himself leaves. */
const isOwnDeparture = (command: ConversationCommand, event: ConversationEvent): boolean =>
  command.type === 'RemoveMember' && event.type === 'MemberLeft' && event.data.userId === command.data.userId;
