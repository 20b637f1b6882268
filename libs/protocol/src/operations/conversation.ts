import type { MessageSentData } from '../events/conversation-events.js';
import type { ConversationKind, Cursor, MemberRole, Visibility, WireWatermark } from '../wire-values.js';
import type { CommandFields, Operation, SeqReply } from './operation.js';

export type InConversationRequest = { readonly conversationId: string };

export type ConversationDirectRequest = CommandFields & { readonly userId: string };
export type ConversationDirectReply = { readonly conversationId: string; readonly created: boolean };
export type GroupCreateRequest = CommandFields & {
  readonly name: string;
  readonly visibility: Visibility;
  readonly memberIds?: readonly string[];
};
export type GroupCreateReply = { readonly conversationId: string; readonly seq: number };
export type GroupMoveRequest = CommandFields & InConversationRequest;
export type GroupRenameRequest = CommandFields & InConversationRequest & { readonly name: string };

/** One conversation as its member sees it. The state that receipts and counts start from. */
export type ConversationEntry = {
  readonly conversationId: string;
  readonly kind: ConversationKind;
  /** Groups only, as is `visibility`. */
  readonly name?: string;
  readonly visibility?: Visibility;
  readonly role?: MemberRole;
  readonly memberCount?: number;
  readonly headSeq: number;
  readonly lastMessage?: MessageSentData & { readonly type: 'message.sent' };
  /** The caller's own watermarks; -1 is "nothing yet". */
  readonly readSeq: number;
  readonly deliveredSeq?: number;
  readonly unread: number;
  /** True when counting stopped at 1,000. */
  readonly unreadCapped?: boolean;
  readonly mentions: number;
  /** Both sides of a direct conversation. `member.list` has the members of a group. */
  readonly members?: readonly { readonly userId: string }[];
  /** Watermarks of the others, in a direct conversation. */
  readonly receipts?: readonly WireWatermark[];
  /** The last seq that a former member may see. */
  readonly leftAtSeq?: number;
};
export type InboxPageRequest = { readonly after?: string; readonly limit?: number };
/** Keep the cursor of the *first* page: the later ones may be younger than what the first one showed. */
export type InboxPageReply = {
  readonly conversations: readonly ConversationEntry[];
  readonly cursor: Cursor;
  readonly next?: string;
};

export type ConversationExchanges = {
  'conversation.direct': { request: ConversationDirectRequest; reply: ConversationDirectReply };
  'conversation.get': { request: InConversationRequest; reply: ConversationEntry };
  'inbox.page': { request: InboxPageRequest; reply: InboxPageReply };
  'group.create': { request: GroupCreateRequest; reply: GroupCreateReply };
  'group.join': { request: GroupMoveRequest; reply: SeqReply };
  'group.leave': { request: GroupMoveRequest; reply: SeqReply };
  'group.rename': { request: GroupRenameRequest; reply: SeqReply };
};

const query = { socket: true, successStatus: 200, servedBy: 'gateway', rateLimit: 'query' } as const;
const command = {
  socket: true,
  successStatus: 200,
  idempotencyField: 'commandId',
  servedBy: 'command-api',
  rateLimit: 'command',
} as const;
const ofConversation = '/v1/conversations/{conversationId}';

export const conversationOperations = {
  'conversation.direct': {
    ...command,
    summary: 'The direct conversation with another user, started if need be',
    http: [{ method: 'POST', path: '/v1/conversations/direct', body: ['commandId', 'userId'] }],
    alternateStatus: { status: 201, field: 'created', value: true },
    access: 'user',
    errors: ['user-not-found', 'conversation-with-oneself', 'idempotency-mismatch', 'log-full'],
  },
  'conversation.get': {
    ...query,
    summary: 'One conversation, as an entry of the inbox',
    http: [{ method: 'GET', path: ofConversation }],
    access: 'once-member',
    errors: ['conversation-not-found'],
  },
  'inbox.page': {
    ...query,
    summary: 'The conversations of the caller, newest activity first, and the cursor to follow them from',
    http: [{ method: 'GET', path: '/v1/inbox', query: ['after', 'limit'] }],
    access: 'user',
    errors: ['bad-cursor'],
  },
  'group.create': {
    ...command,
    summary: 'Makes a group; the creator is its owner',
    http: [{ method: 'POST', path: '/v1/groups', body: ['commandId', 'name', 'visibility', 'memberIds'] }],
    successStatus: 201,
    access: 'user',
    errors: [
      'name-empty',
      'name-too-long',
      'name-invalid',
      'user-not-found',
      'too-many-members-in-one-command',
      'conversation-exists',
      'idempotency-mismatch',
      'log-full',
    ],
  },
  'group.join': {
    ...command,
    summary: 'Joins an open group',
    http: [{ method: 'POST', path: `${ofConversation}/join`, body: ['commandId'] }],
    access: 'joiner',
    errors: ['conversation-not-found', 'not-a-member', 'not-a-group', 'group-full', 'idempotency-mismatch', 'log-full'],
  },
  'group.leave': {
    ...command,
    summary: 'Leaves a group; a leaving owner hands over to the longest-standing member',
    http: [{ method: 'POST', path: `${ofConversation}/leave`, body: ['commandId'] }],
    access: 'member',
    errors: ['conversation-not-found', 'not-a-member', 'not-a-group', 'idempotency-mismatch', 'log-full'],
  },
  'group.rename': {
    ...command,
    summary: 'Gives a group another name',
    http: [{ method: 'PATCH', path: ofConversation, body: ['commandId', 'name'] }],
    access: 'owner',
    errors: [
      'conversation-not-found',
      'not-a-member',
      'not-the-owner',
      'not-a-group',
      'name-empty',
      'name-too-long',
      'name-invalid',
      'idempotency-mismatch',
      'log-full',
    ],
  },
} as const satisfies { readonly [Name in keyof ConversationExchanges]: Operation };
