import type { ConversationId, UserId } from '@verbatim/domain';
import { NOTHING_UNREAD, UNREAD_COUNT_MAX, UNREAD_SCAN_MAX_ITEMS, type Unread } from '../../inbox/unread.js';
import { timelineItems } from '../../timeline/timeline.projection.js';
import { idsBetween } from '../collection-layout.js';
import type { QueryView } from '../query-source.js';

/** Messages of others in (readSeq, headSeq]. The server counts, over as many seqs as may be looked at. */
export const countUnread = async (
  view: QueryView,
  conversationId: ConversationId,
  userId: UserId,
  readSeq: number,
  headSeq: number,
): Promise<Unread> => {
  if (headSeq <= readSeq) return NOTHING_UNREAD;
  const lastLookedAt = Math.min(headSeq, readSeq + UNREAD_SCAN_MAX_ITEMS);
  const { connection } = view;
  const { n } = await connection.call(() =>
    connection.db.command({
      count: view.collection('timeline-v1', timelineItems).collectionName,
      query: { _id: idsBetween(conversationId, readSeq + 1, lastLookedAt), senderId: { $nin: [null, userId] } },
      limit: UNREAD_COUNT_MAX + 1,
    }),
  );
  const unread = Number(n);
  const unreadCapped = unread > UNREAD_COUNT_MAX || headSeq - readSeq >= UNREAD_SCAN_MAX_ITEMS;
  return { unread: Math.min(unread, UNREAD_COUNT_MAX), unreadCapped };
};
