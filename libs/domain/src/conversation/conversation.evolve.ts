import { assertNever } from '../kernel/assert-never.js';
import type { Seq, UserId } from '../kernel/ids.js';
import type { ConversationEvent, GroupCreated } from './conversation.events.js';
import type { Conversation, Group } from './conversation.state.js';
import { membershipChangesOf, ownerAfter } from './membership.js';

type GroupEvent = Exclude<ConversationEvent, { type: 'DirectConversationStarted' | 'GroupCreated' | 'MessageSent' }>;

const emptyGroup = ({ name, visibility }: GroupCreated['data']): Group => ({
  kind: 'group',
  name,
  visibility,
  ownerId: null,
  members: new Map(),
  former: new Set(),
});

const handOver = (group: Group, ownerId: UserId | null): void => {
  group.ownerId = ownerId;
  if (ownerId === null) return;
  const member = group.members.get(ownerId);
  if (!member) throw new Error(`the group is handed to ${ownerId}, who is no member`);
  // Setting a key that is there keeps its place: the order of joining survives.
  group.members.set(ownerId, { ...member, role: 'owner' });
};

const changeMembers = (group: Group, event: ConversationEvent, seq: Seq): Group => {
  const { joined, left } = membershipChangesOf(event);
  for (const userId of joined) {
    group.members.set(userId, { role: 'member', sinceSeq: seq });
    group.former.delete(userId);
  }
  for (const userId of left) {
    group.members.delete(userId);
    group.former.add(userId);
  }
  const ownerId = ownerAfter(group.ownerId, event);
  if (ownerId !== group.ownerId) handOver(group, ownerId);
  return group;
};

const rename = (group: Group, name: string): Group => {
  group.name = name;
  return group;
};

/** A decider writes no such history: the stream is damaged, or another stream's events were handed in. */
const groupOf = (conversation: Conversation, event: GroupEvent): Group => {
  if (conversation.kind === 'group') return conversation;
  throw new Error(`${event.type} cannot follow in a conversation that is ${conversation.kind}`);
};

/** Takes ownership of `conversation`: a group is changed in place. Go on with what is returned. */
export const evolveConversation = (conversation: Conversation, event: ConversationEvent, seq: Seq): Conversation => {
  switch (event.type) {
    case 'DirectConversationStarted':
      return { kind: 'direct', participantIds: event.data.participantIds };
    case 'GroupCreated':
      return changeMembers(emptyGroup(event.data), event, seq);
    case 'GroupRenamed':
      return rename(groupOf(conversation, event), event.data.name);
    case 'MemberJoined':
    case 'MembersAdded':
    case 'MemberLeft':
    case 'MemberRemoved':
      return changeMembers(groupOf(conversation, event), event, seq);
    case 'MessageSent':
      return conversation;
    default:
      return assertNever(event);
  }
};
