import { type ConversationEvent, type ReceiptsEvent } from '@verbatim/domain';
import type { RecordedEvent } from '@verbatim/event-store';
import type { ItemName, WireEventData } from '@verbatim/protocol';
import { conversationIdIn } from '../projection/subject.js';

/** What clients see of a stored event: the push's `ev`, and the JSON text of its `d`. */
export type WireEvent = { readonly ev: ItemName | 'receipt.advanced'; readonly dText: string };

/**
 * Live delivery and the timeline read the same recorded event: its text is made once. An entry lives as long as the event.
 * `null`: nothing that clients see.
 */
const translated = new WeakMap<RecordedEvent, WireEvent | null>();

/** The one translation from a stored event to what clients see. Null for events that are nobody's push, as those of users. */
export const wireEventOf = (recorded: RecordedEvent): WireEvent | null => {
  const known = translated.get(recorded);
  if (known !== undefined) return known;
  const wireEvent = translate(recorded);
  translated.set(recorded, wireEvent);
  return wireEvent;
};

/** One line of the history as JSON text: the push's `d` with its `ev` as `type`, first. Joined, never parsed. */
export const historyItemTextOf = ({ ev, dText }: WireEvent): string => `{"type":"${ev}",${dText.slice(1)}`;

const wire = <Name extends WireEvent['ev']>(ev: Name, data: WireEventData<Name>): WireEvent => ({
  ev,
  dText: JSON.stringify(data),
});

const translate = (recorded: RecordedEvent): WireEvent | null => {
  const event = recorded.event as ConversationEvent | ReceiptsEvent;
  if (event.type === 'ReceiptsAdvanced') {
    const users = event.data.users.map(({ userId, deliveredUpTo, readUpTo }) => ({ userId, deliveredUpTo, readUpTo }));
    return wire('receipt.advanced', { conversationId: conversationIdIn(recorded.streamName), users });
  }
  if (!recorded.streamName.startsWith('conversation-')) return null;
  return translateConversation(event, {
    conversationId: conversationIdIn(recorded.streamName),
    seq: recorded.revision,
  });
};

/** Fields are named one by one: a field that an event gains later does not reach clients unseen. */
const translateConversation = (
  event: ConversationEvent,
  place: { conversationId: string; seq: number },
): WireEvent | null => {
  switch (event.type) {
    case 'MessageSent': {
      const { messageId, clientMsgId, senderId, body, sentAt } = event.data;
      return wire('message.sent', { ...place, messageId, clientMsgId, senderId, body, sentAt });
    }
    case 'DirectConversationStarted': {
      const { participantIds, startedBy } = event.data;
      return wire('conversation.created', { ...place, kind: 'direct', participantIds, createdBy: startedBy });
    }
    case 'GroupCreated': {
      const { name, visibility, creatorId, memberIds } = event.data;
      return wire('group.created', { ...place, name, visibility, creatorId, memberIds });
    }
    case 'GroupRenamed':
      return wire('group.renamed', { ...place, name: event.data.name, renamedBy: event.data.renamedBy });
    default:
      return translateMembership(event, place);
  }
};

type MembershipEvent = Extract<
  ConversationEvent,
  { type: 'MemberJoined' | 'MemberLeft' | 'MembersAdded' | 'MemberRemoved' }
>;

const translateMembership = (
  event: MembershipEvent,
  place: { conversationId: string; seq: number },
): WireEvent | null => {
  switch (event.type) {
    case 'MemberJoined':
      return wire('member.joined', { ...place, userId: event.data.userId });
    case 'MemberLeft':
      return wire('member.left', { ...place, userId: event.data.userId, newOwnerId: event.data.newOwnerId });
    case 'MembersAdded':
      return wire('member.added', { ...place, userIds: event.data.userIds, addedBy: event.data.addedBy });
    case 'MemberRemoved':
      return wire('member.removed', { ...place, userId: event.data.userId, removedBy: event.data.removedBy });
    default:
      return unknown(event);
  }
};

/** A stored event of a type that this version does not know: its projection's failure policy decides, not this function. */
const unknown = (_event: never): null => null;
