import type { Conversation, ConversationCommand, ConversationEvent, UserId } from '@verbatim/domain';

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
 * Whether a stored event is what this command, sent again, would have asked for. False is `idempotency-mismatch`. An
 * addition keeps only those who were no members then: whom the command names beside them must have been one at some time.
 */
export const isSameContent = (
  command: ConversationCommand,
  event: ConversationEvent,
  conversation: Conversation,
): boolean => {
  if (eventTypeOf[command.type] !== event.type && !isOwnDeparture(command, event)) return false;
  switch (event.type) {
    case 'MessageSent':
      return command.type === 'SendMessage' && command.data.body === event.data.body;
    case 'GroupCreated':
      return (
        command.type === 'CreateGroup' &&
        command.data.name === event.data.name &&
        command.data.visibility === event.data.visibility &&
        isSameSet([event.data.creatorId, ...command.data.memberIds], [event.data.creatorId, ...event.data.memberIds])
      );
    case 'GroupRenamed':
      return command.type === 'RenameGroup' && command.data.name === event.data.name;
    case 'MembersAdded':
      return command.type === 'AddMembers' && isSameAddition(command.data.userIds, event.data.userIds, conversation);
    case 'MemberRemoved':
      return command.type === 'RemoveMember' && command.data.userId === event.data.userId;
    default:
      return true;
  }
};

/** An owner who removes himself leaves. */
const isOwnDeparture = (command: ConversationCommand, event: ConversationEvent): boolean =>
  command.type === 'RemoveMember' && event.type === 'MemberLeft' && event.data.userId === command.data.userId;

const isSameSet = (a: readonly UserId[], b: readonly UserId[]): boolean => {
  const [ofA, ofB] = [new Set(a), new Set(b)];
  return ofA.size === ofB.size && b.every((id) => ofA.has(id));
};

const isSameAddition = (named: readonly UserId[], added: readonly UserId[], conversation: Conversation): boolean => {
  const [names, newcomers] = [new Set(named), new Set(added)];
  return (
    added.every((id) => names.has(id)) &&
    named.every((id) => newcomers.has(id) || (conversation.kind === 'group' && wasEverMember(conversation, id)))
  );
};

const wasEverMember = ({ members, former }: Extract<Conversation, { kind: 'group' }>, userId: UserId): boolean =>
  members.has(userId) || former.has(userId);
