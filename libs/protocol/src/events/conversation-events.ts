import type { Instant, Visibility, WireWatermark } from '../wire-values.js';

/** Place of an event: `seq` is contiguous per conversation and is the order. */
export type InConversation = { readonly conversationId: string; readonly seq: number };

export type MessageSentData = InConversation & {
  readonly messageId: string;
  /** The sender's own id of the send: replaces his local echo. */
  readonly clientMsgId: string;
  readonly senderId: string;
  readonly body: string;
  readonly sentAt: Instant;
};
export type ConversationCreatedData = InConversation & {
  readonly kind: 'direct';
  /** Exactly two. */
  readonly participantIds: readonly string[];
  readonly createdBy: string;
};
export type GroupCreatedData = InConversation & {
  readonly name: string;
  readonly visibility: Visibility;
  readonly creatorId: string;
  /** The first members beside the creator. */
  readonly memberIds: readonly string[];
};
export type GroupRenamedData = InConversation & { readonly name: string; readonly renamedBy: string };
export type MemberJoinedData = InConversation & { readonly userId: string };
/** `newOwnerId` only when the owner left and somebody remains. */
export type MemberLeftData = InConversation & { readonly userId: string; readonly newOwnerId: string | null };
export type MemberAddedData = InConversation & { readonly userIds: readonly string[]; readonly addedBy: string };
export type MemberRemovedData = InConversation & { readonly userId: string; readonly removedBy: string };
export type HiddenData = InConversation;
export type ReceiptAdvancedData = { readonly conversationId: string; readonly users: readonly WireWatermark[] };

/** Events that come from the log and carry `cur`. */
export type ReplayableEvents = {
  'message.sent': MessageSentData;
  'conversation.created': ConversationCreatedData;
  'group.created': GroupCreatedData;
  'group.renamed': GroupRenamedData;
  'member.joined': MemberJoinedData;
  'member.left': MemberLeftData;
  'member.added': MemberAddedData;
  'member.removed': MemberRemovedData;
  hidden: HiddenData;
  'receipt.advanced': ReceiptAdvancedData;
};
