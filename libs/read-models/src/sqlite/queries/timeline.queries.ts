import { visibleUpTo, type ConversationId, type UserId } from '@verbatim/domain';
import type { HistoryPage, HistoryRange, TimelineQueries } from '../../read-models.js';
import { historyPageOf, historyReadOf, type HistoryItem, type HistoryRead } from '../../timeline/history-page.js';
import { timelineItems } from '../../timeline/timeline.projection.js';
import type { Query, ReadConnection, ReadView } from '../read-connection.js';
import { intervalsOf } from './membership.queries.js';

type ItemRow = HistoryItem;

/** Rows of a conversation are the rowids from `key << 32` on; the seq is the lower half. */
const SEQ = '(id & 4294967295) AS seq';
const IN_RANGE = 'id >= ((? << 32) | ?) AND id <= ((? << 32) | ?)';
const NEWEST_DOWN: Query<ItemRow> = {
  projection: 'timeline-v1',
  sql: (table) => `SELECT ${SEQ}, text FROM ${table(timelineItems)} WHERE ${IN_RANGE} ORDER BY id DESC LIMIT ?`,
};
const OLDEST_UP: Query<ItemRow> = {
  projection: 'timeline-v1',
  sql: (table) => `SELECT ${SEQ}, text FROM ${table(timelineItems)} WHERE ${IN_RANGE} ORDER BY id LIMIT ?`,
};
const TOP: Query<{ readonly seq: number }> = {
  projection: 'timeline-v1',
  sql: (table) => `SELECT ${SEQ} FROM ${table(timelineItems)} WHERE ${IN_RANGE} ORDER BY id DESC LIMIT 1`,
};
const POSITION_AT: Query<{ readonly position: number }> = {
  projection: 'timeline-v1',
  sql: (table) => `SELECT position FROM ${table(timelineItems)} WHERE id = ((? << 32) | ?)`,
};

/** The largest seq that fits the lower half of a rowid. */
const SEQ_MAX = 4_294_967_295;
const NOTHING = -1;

/**
 * The highest seq that may be shown: what the timeline holds, up to the end of the caller's last stay, and nothing that
 * the membership documents have not seen yet (they might hold a removal before it).
 */
const topShown = (view: ReadView, conversationKey: number, upTo: number | null): number => {
  const highest = upTo ?? SEQ_MAX;
  const membership = view.active('membership-v1').checkpoint;
  const timeline = view.active('timeline-v1').checkpoint;
  if (membership === null || timeline === null) return NOTHING;
  const top = view.prepare(TOP).get(conversationKey, 0, conversationKey, highest)?.seq ?? NOTHING;
  if (membership.position >= timeline.position) return top;
  return highestUpTo(view, conversationKey, top, Number(membership.position));
};

/** The highest seq at or below `top` whose event is at or below a position: both rise together, so halving finds it. */
const highestUpTo = (view: ReadView, conversationKey: number, top: number, position: number): number => {
  const at = view.prepare(POSITION_AT);
  let [within, beyond] = [NOTHING, top + 1];
  while (beyond - within > 1) {
    const middle = Math.floor((within + beyond) / 2);
    if ((at.get(conversationKey, middle)?.position ?? 0) <= position) within = middle;
    else beyond = middle;
  }
  return within;
};

/** One item more than the page holds, to know whether there are more. */
const readItems = (
  view: ReadView,
  conversationKey: number,
  { direction, lowest, highest }: HistoryRead,
  limit: number,
): readonly ItemRow[] => {
  if (highest < lowest) return [];
  const query = direction === 'up' ? OLDEST_UP : NEWEST_DOWN;
  return view.prepare(query).all(conversationKey, lowest, conversationKey, highest, limit + 1);
};

const readPage = (
  view: ReadView,
  userId: UserId,
  conversationId: ConversationId,
  range: HistoryRange,
  limit: number,
): HistoryPage | null => {
  const conversationKey = view.conversations.find(conversationId);
  if (conversationKey === null) return null;
  const intervals = intervalsOf(view, conversationKey, userId);
  if (intervals === null) return null;
  const top = topShown(view, conversationKey, visibleUpTo(intervals));
  const read = historyReadOf(range, top);
  return historyPageOf(range, top, read, readItems(view, conversationKey, read, limit), limit);
};

export const timelineQueries = (connection: ReadConnection): TimelineQueries => ({
  page: async (userId, conversationId, range, limit) =>
    connection.read((view) => readPage(view, userId, conversationId, range, limit)),
});
