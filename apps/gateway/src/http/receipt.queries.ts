import type { ConversationId, UserId } from '@verbatim/domain';
import { MEMBERS_PAGE_DEFAULT, type ReceiptListRequest } from '@verbatim/protocol';
import type { OwnOperation } from '../command/gateway-operations.js';
import { ok } from '../command/operation-error.js';
import type { StayParts } from '../delivery/current-stays.js';
import { caughtUp } from './catch-up.js';
import { memberAfter, mustBeMemberNow } from './conversation.queries.js';

/** Watermarks of the members of now, as `receipt.advanced` tells them to those who focus the conversation. */
export const receiptList =
  (parts: StayParts): OwnOperation =>
  async ({ actor, d, seen }) => {
    await caughtUp(parts.readModels, ['inbox-v1', 'membership-v1'], seen);
    const request = d as ReceiptListRequest;
    const conversationId = request.conversationId as ConversationId;
    const limit = request.limit ?? MEMBERS_PAGE_DEFAULT;
    const page = await parts.readModels.inbox.receipts(conversationId, memberAfter(request.after), limit + 1);
    await mustBeMemberNow(parts, actor.userId as UserId, conversationId);
    const receipts = page.slice(0, limit);
    const last = page.length > limit ? receipts.at(-1) : undefined;
    return ok({ receipts, ...(last === undefined ? {} : { next: last.userId }) });
  };
