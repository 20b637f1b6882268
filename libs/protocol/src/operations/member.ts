import type { MemberRole } from '../wire-values.js';
import type { InConversationRequest } from './conversation.js';
import type { CommandFields, Operation, SeqReply } from './operation.js';

/** At most 500 at once; who is a member already is skipped. */
export type MemberAddRequest = CommandFields & InConversationRequest & { readonly userIds: readonly string[] };
export type MemberRemoveRequest = CommandFields & InConversationRequest & { readonly userId: string };
export type MemberListRequest = InConversationRequest & { readonly after?: string; readonly limit?: number };
export type Member = {
  readonly userId: string;
  readonly role: MemberRole;
  /** Seq of the event that made the user a member. */
  readonly sinceSeq: number;
};
export type MemberListReply = { readonly members: readonly Member[]; readonly next?: string };

export type MemberExchanges = {
  'member.add': { request: MemberAddRequest; reply: SeqReply };
  'member.remove': { request: MemberRemoveRequest; reply: SeqReply };
  'member.list': { request: MemberListRequest; reply: MemberListReply };
};

const members = '/v1/conversations/{conversationId}/members';
const command = {
  socket: true,
  successStatus: 200,
  idempotencyField: 'commandId',
  servedBy: 'command-api',
  rateLimit: 'command',
} as const;

export const memberOperations = {
  'member.add': {
    ...command,
    summary: 'Adds users to a group',
    http: [{ method: 'POST', path: members, body: ['commandId', 'userIds'] }],
    access: 'adder',
    errors: [
      'conversation-not-found',
      'not-a-member',
      'not-the-owner',
      'not-a-group',
      'user-not-found',
      'group-full',
      'too-many-members-in-one-command',
      'idempotency-mismatch',
      'log-full',
    ],
  },
  'member.remove': {
    ...command,
    summary: 'Removes a member from a group',
    http: [{ method: 'DELETE', path: `${members}/{userId}` }],
    access: 'owner',
    errors: [
      'conversation-not-found',
      'not-a-member',
      'not-the-owner',
      'not-a-group',
      'idempotency-mismatch',
      'log-full',
    ],
  },
  'member.list': {
    socket: true,
    summary: 'The members of a conversation, by user id',
    http: [{ method: 'GET', path: members, query: ['after', 'limit'] }],
    successStatus: 200,
    access: 'member',
    servedBy: 'gateway',
    rateLimit: 'query',
    errors: ['conversation-not-found', 'not-a-member', 'bad-cursor'],
  },
} as const satisfies { readonly [Name in keyof MemberExchanges]: Operation };
