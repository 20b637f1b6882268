import { isMemberNow, type ConversationId, type UserId } from '@verbatim/domain';
import { isUuid } from '@verbatim/platform';
import {
  HISTORY_PAGE_DEFAULT,
  INBOX_PAGE_DEFAULT,
  MEMBERS_PAGE_DEFAULT,
  type HistoryPageRequest,
  type InboxPageRequest,
  type MemberListRequest,
  type RequestOf,
} from '@verbatim/protocol';
import { BadPageMarkError, type HistoryRange, type InboxEntry, type ReadModels } from '@verbatim/read-models';
import type { OwnOperation } from '../command/gateway-operations.js';
import { ok, okText, OperationError } from '../command/operation-error.js';
import type { CursorCodec } from '../delivery/cursor.js';
import { currentStays, type StayParts } from '../delivery/current-stays.js';
import { caughtUp } from './catch-up.js';

const rangeOf = ({ beforeSeq, afterSeq }: HistoryPageRequest): HistoryRange => {
  if (beforeSeq !== undefined) return { kind: 'before', seq: beforeSeq };
  return afterSeq === undefined ? { kind: 'newest' } : { kind: 'after', seq: afterSeq };
};

export const historyPage =
  (readModels: ReadModels): OwnOperation =>
  async ({ actor, d, seen }) => {
    await caughtUp(readModels, ['timeline-v1', 'membership-v1'], seen);
    const request = d as HistoryPageRequest;
    const page = await readModels.timeline.page(
      actor.userId as UserId,
      request.conversationId as ConversationId,
      rangeOf(request),
      request.limit ?? HISTORY_PAGE_DEFAULT,
    );
    if (page === null) throw new OperationError('conversation-not-found');
    const { itemTexts, ...rest } = page;
    return okText(`{"items":[${itemTexts.join(',')}],${JSON.stringify(rest).slice(1)}`);
  };

const entryText = (entry: InboxEntry): string => {
  const { lastMessageText, memberIds, peerReceipt, unreadCapped, ...rest } = entry;
  const text = JSON.stringify({
    ...rest,
    ...(unreadCapped ? { unreadCapped } : {}),
    mentions: 0,
    ...(memberIds === undefined ? {} : { members: memberIds.map((userId) => ({ userId })) }),
    ...(peerReceipt === undefined ? {} : { receipts: [peerReceipt] }),
  });
  return lastMessageText === null ? text : `${text.slice(0, -1)},"lastMessage":${lastMessageText}}`;
};

export const conversationGet =
  (readModels: ReadModels): OwnOperation =>
  async ({ actor, d, seen }) => {
    await caughtUp(readModels, ['inbox-v1', 'timeline-v1', 'membership-v1'], seen);
    const { conversationId } = d as RequestOf<'conversation.get'>;
    const entry = await readModels.inbox.entry(actor.userId as UserId, conversationId as ConversationId);
    if (entry === null) throw new OperationError('conversation-not-found');
    return okText(entryText(entry));
  };

export const inboxPage =
  (readModels: ReadModels, cursors: CursorCodec): OwnOperation =>
  async ({ actor, d, seen }) => {
    await caughtUp(readModels, ['inbox-v1', 'timeline-v1', 'membership-v1'], seen);
    const { after, limit } = d as InboxPageRequest;
    const page = await readModels.inbox
      .page(actor.userId as UserId, after ?? null, limit ?? INBOX_PAGE_DEFAULT)
      .catch(badCursorOrElse);
    const next = page.next === null ? '' : `,"next":${JSON.stringify(page.next)}`;
    const entries = page.entries.map(entryText).join(',');
    return okText(`{"conversations":[${entries}],"cursor":"${cursors.encode(page.asOf)}"${next}}`);
  };

const badCursorOrElse = (error: unknown): never => {
  throw error instanceof BadPageMarkError ? new OperationError('bad-cursor') : error;
};

/** A page of members ends with the id of the last one. */
export const memberAfter = (after: string | undefined): UserId | null => {
  if (after !== undefined && !isUuid(after)) throw new OperationError('bad-cursor');
  return (after ?? null) as UserId | null;
};

/** @throws OperationError when the user is no member, or never was one */
export const mustBeMemberNow = async (
  parts: StayParts,
  userId: UserId,
  conversationId: ConversationId,
): Promise<void> => {
  const own = await currentStays(parts, userId, conversationId);
  if (own.length === 0) throw new OperationError('conversation-not-found');
  if (!isMemberNow(own)) throw new OperationError('not-a-member');
};

/** Members of now: nobody's business who is none himself, were he one before. */
export const memberList =
  (parts: StayParts): OwnOperation =>
  async ({ actor, d, seen }) => {
    await caughtUp(parts.readModels, ['membership-v1'], seen);
    const request = d as MemberListRequest;
    const conversationId = request.conversationId as ConversationId;
    const limit = request.limit ?? MEMBERS_PAGE_DEFAULT;
    const after = memberAfter(request.after);
    const page = await parts.readModels.membership.page(conversationId, after, limit + 1);
    await mustBeMemberNow(parts, actor.userId as UserId, conversationId);
    const members = page.slice(0, limit).map(({ userId, role, sinceSeq }) => ({ userId, role, sinceSeq }));
    const last = page.length > limit ? members.at(-1) : undefined;
    return ok({ members, ...(last === undefined ? {} : { next: last.userId }) });
  };
