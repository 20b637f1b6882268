import { NOTHING_UNREAD, UNREAD_COUNT_MAX, UNREAD_SCAN_MAX_ITEMS, type Unread } from '../../inbox/unread.js';
import { timelineItems } from '../../timeline/timeline.projection.js';
import type { Query, ReadView } from '../read-connection.js';

const UNREAD: Query<{ readonly unread: number | null; readonly scanned: number }> = {
  projection: 'timeline-v1',
  sql: (table) =>
    'SELECT sum(sender_key <> ?) AS unread, count(*) AS scanned FROM ' +
    `(SELECT sender_key FROM ${table(timelineItems)} ` +
    `WHERE id >= ((? << 32) | ?) AND id <= ((? << 32) | ?) ORDER BY id LIMIT ${UNREAD_SCAN_MAX_ITEMS})`,
};

/** Messages of others in (readSeq, headSeq], counted over the timeline's primary key. */
export const countUnread = (
  view: ReadView,
  conversationKey: number,
  userKey: number,
  readSeq: number,
  headSeq: number,
): Unread => {
  if (headSeq <= readSeq) return NOTHING_UNREAD;
  const row = view.prepare(UNREAD).get(userKey, conversationKey, readSeq + 1, conversationKey, headSeq);
  const unread = row?.unread ?? 0;
  const unreadCapped = unread > UNREAD_COUNT_MAX || row?.scanned === UNREAD_SCAN_MAX_ITEMS;
  return { unread: Math.min(unread, UNREAD_COUNT_MAX), unreadCapped };
};
