import type { HistoryItem, ReplayedPush } from '../wire-events.js';
import type { Instant, WireWatermark } from '../wire-values.js';
import type { InConversationRequest } from './conversation.js';
import type { NoFields, Operation } from './operation.js';

export type MessageSendRequest = InConversationRequest & {
  /** Minted once per message, kept over every retry: the same id is answered with the same reply, for ever. */
  readonly clientMsgId: string;
  readonly body: string;
  /** The head that the client knew when it minted the id; resent unchanged. Saves the server a look-up. */
  readonly knownSeq?: number;
};
export type MessageSendReply = {
  readonly conversationId: string;
  readonly messageId: string;
  readonly seq: number;
  readonly sentAt: Instant;
  /** True when this id had been sent before. */
  readonly duplicate: boolean;
};

/** One bound at most; without one the newest page. `afterSeq: -1` is from the start. Both bounds are exclusive. */
export type HistoryPageRequest = InConversationRequest & {
  readonly beforeSeq?: number;
  readonly afterSeq?: number;
  readonly limit?: number;
};
export type HistoryPageReply = {
  /** Oldest first, in their present state. */
  readonly items: readonly HistoryItem[];
  /** The range of seqs that the page covers, items or not; both -1 when it covers nothing. */
  readonly fromSeq: number;
  readonly toSeq: number;
  /** Seq that the answering state is folded to. */
  readonly asOfSeq: number;
  readonly headSeq: number;
  readonly hasMoreBefore: boolean;
  readonly hasMoreAfter: boolean;
};
/** From the start when absent. */
export type EventsPageRequest = InConversationRequest & { readonly afterSeq?: number; readonly limit?: number };
/** One entry for every revision in (afterSeq, toSeq]. */
export type EventsPageReply = {
  readonly events: readonly ReplayedPush[];
  readonly toSeq: number;
  readonly headSeq: number;
};

/** At least one of the two. Cumulative; read implies delivered; a lower one than before changes nothing. */
export type ReceiptAdvanceRequest = InConversationRequest & {
  readonly deliveredUpTo?: number;
  readonly readUpTo?: number;
};
export type ReceiptListRequest = InConversationRequest & { readonly after?: string; readonly limit?: number };
export type ReceiptListReply = { readonly receipts: readonly WireWatermark[]; readonly next?: string };
export type TypingSetRequest = InConversationRequest & { readonly typing: boolean };
/** Replaces the focus before; at most 20; none is allowed. */
export type FocusSetRequest = { readonly conversationIds: readonly string[] };

export type MessageExchanges = {
  'message.send': { request: MessageSendRequest; reply: MessageSendReply };
  'history.page': { request: HistoryPageRequest; reply: HistoryPageReply };
  'events.page': { request: EventsPageRequest; reply: EventsPageReply };
  'receipt.advance': { request: ReceiptAdvanceRequest; reply: NoFields };
  'receipt.list': { request: ReceiptListRequest; reply: ReceiptListReply };
  'typing.set': { request: TypingSetRequest; reply: NoFields };
  'focus.set': { request: FocusSetRequest; reply: NoFields };
};

const query = { socket: true, successStatus: 200, servedBy: 'gateway', rateLimit: 'query' } as const;
const ofConversation = '/v1/conversations/{conversationId}';

export const messageOperations = {
  'message.send': {
    summary: 'Sends a message; answered when it is durable',
    socket: true,
    http: [{ method: 'POST', path: `${ofConversation}/messages`, body: ['clientMsgId', 'body', 'knownSeq'] }],
    successStatus: 201,
    alternateStatus: { status: 200, field: 'duplicate', value: true },
    idempotencyField: 'clientMsgId',
    access: 'member',
    servedBy: 'command-api',
    rateLimit: 'message',
    errors: [
      'conversation-not-found',
      'not-a-member',
      'body-empty',
      'body-too-long',
      'body-not-unicode',
      'idempotency-mismatch',
      'log-full',
    ],
  },
  'history.page': {
    ...query,
    summary: 'A page of the history, by seq',
    http: [{ method: 'GET', path: `${ofConversation}/messages`, query: ['beforeSeq', 'afterSeq', 'limit'] }],
    access: 'once-member',
    errors: ['conversation-not-found'],
  },
  'events.page': {
    ...query,
    summary: 'Every revision after a seq, as it was pushed; fills gaps',
    http: [{ method: 'GET', path: `${ofConversation}/events`, query: ['afterSeq', 'limit'] }],
    access: 'once-member',
    errors: ['conversation-not-found'],
  },
  'receipt.advance': {
    summary: 'Reports what has reached the device and what was read',
    socket: true,
    http: [{ method: 'POST', path: `${ofConversation}/receipts`, body: ['deliveredUpTo', 'readUpTo'] }],
    successStatus: 204,
    access: 'member',
    servedBy: 'command-api',
    rateLimit: 'receipt',
    errors: ['conversation-not-found', 'not-a-member'],
  },
  'receipt.list': {
    ...query,
    summary: 'What has reached the members of a conversation and what they read, by user id',
    http: [{ method: 'GET', path: `${ofConversation}/receipts`, query: ['after', 'limit'] }],
    access: 'member',
    errors: ['conversation-not-found', 'not-a-member', 'bad-cursor'],
  },
  'typing.set': {
    summary: 'Tells those who focus the conversation that the caller types, or has stopped',
    socket: true,
    http: [{ method: 'POST', path: `${ofConversation}/typing`, body: ['typing'] }],
    successStatus: 204,
    access: 'member',
    servedBy: 'gateway',
    rateLimit: 'ephemeral',
    errors: ['conversation-not-found', 'not-a-member'],
  },
  'focus.set': {
    summary: 'Names the conversations whose typing, presence and read detail this connection wants',
    socket: true,
    http: [],
    successStatus: 200,
    access: 'member',
    servedBy: 'gateway',
    rateLimit: 'ephemeral',
    errors: ['conversation-not-found', 'not-a-member'],
  },
} as const satisfies { readonly [Name in keyof MessageExchanges]: Operation };
