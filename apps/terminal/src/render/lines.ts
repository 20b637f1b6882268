import type { ConversationPush } from '@verbatim/client-sdk';
import type { HistoryItem, WireWatermark } from '@verbatim/protocol';
import { printable } from './escape.js';

/** Name of a user, as far as it is known. */
export type NameOf = (userId: string) => string;

const list = (userIds: readonly string[], nameOf: NameOf): string => userIds.map(nameOf).join(', ');

/** What an item of a conversation says, without its place. Everything in it that others wrote is made printable. */
const saying = (item: HistoryItem, nameOf: NameOf): string => {
  switch (item.type) {
    case 'message.sent':
      return `${nameOf(item.senderId)}: ${printable(item.body)}`;
    case 'conversation.created':
      return `* ${nameOf(item.createdBy)} started the conversation`;
    case 'group.created':
      return `* ${nameOf(item.creatorId)} made the group ${printable(item.name)}`;
    case 'group.renamed':
      return `* ${nameOf(item.renamedBy)} renamed the group to ${printable(item.name)}`;
    case 'member.joined':
      return `* ${nameOf(item.userId)} joined`;
    case 'member.left':
      return `* ${nameOf(item.userId)} left`;
    case 'member.added':
      return `* ${nameOf(item.addedBy)} added ${list(item.userIds, nameOf)}`;
    case 'member.removed':
      return `* ${nameOf(item.removedBy)} removed ${nameOf(item.userId)}`;
  }
};

export const itemOf = (push: ConversationPush): HistoryItem => ({ ...push.d, type: push.ev }) as HistoryItem;

/** `[direct bob] ada: hello  (seq 3)`: stable, for people and for programs that read the pipe. */
export const itemLine = (label: string, item: HistoryItem, nameOf: NameOf): string =>
  `${label} ${saying(item, nameOf)}  (seq ${item.seq})`;

/** Users that a line of this item names. */
export const usersOf = (item: HistoryItem): readonly string[] => {
  switch (item.type) {
    case 'message.sent':
      return [item.senderId];
    case 'conversation.created':
      return item.participantIds;
    case 'group.created':
      return [item.creatorId];
    case 'group.renamed':
      return [item.renamedBy];
    case 'member.joined':
    case 'member.left':
      return [item.userId];
    case 'member.added':
      return [item.addedBy, ...item.userIds];
    case 'member.removed':
      return [item.removedBy, item.userId];
  }
};

export const receiptLine = (label: string, mark: WireWatermark, nameOf: NameOf): string =>
  mark.readUpTo >= mark.deliveredUpTo
    ? `${label} ✓✓ read by ${nameOf(mark.userId)} up to seq ${mark.readUpTo}`
    : `${label} ✓✓ delivered to ${nameOf(mark.userId)} up to seq ${mark.deliveredUpTo}`;

/** How far one's own last message has come with the others: the least that is true of all of them. */
export const receiptMark = (ownSeq: number, others: readonly WireWatermark[], othersCount: number): string => {
  const read = others.filter(({ readUpTo }) => readUpTo >= ownSeq).length;
  const delivered = others.filter(({ deliveredUpTo }) => deliveredUpTo >= ownSeq).length;
  if (othersCount > 0 && read >= othersCount) return '✓✓ read';
  if (othersCount > 0 && delivered >= othersCount) return '✓✓';
  return '✓';
};
