import { visibleUpTo, type ConversationId, type UserId } from '@verbatim/domain';
import type { HistoryPage, HistoryRange, TimelineQueries } from '../../read-models.js';
import { timelineItems } from '../../timeline/timeline.projection.js';
import type { Query, ReadConnection, ReadView } from '../read-connection.js';
import { intervalsOf } from './membership.queries.js';

type ItemRow = { readonly seq: number; readonly text: string };

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

type Bounds = { readonly conversationKey: number; readonly lowest: number; readonly highest: number };

const readDown = (view: ReadView, { conversationKey, lowest, highest }: Bounds, limit: number) => {
  if (highest < lowest) return { rows: [], isAll: true };
  const rows = view.prepare(NEWEST_DOWN).all(conversationKey, lowest, conversationKey, highest, limit + 1);
  const isAll = rows.length <= limit;
  return { rows: rows.slice(0, limit).reverse(), isAll };
};

const readUp = (view: ReadView, { conversationKey, lowest, highest }: Bounds, limit: number) => {
  if (highest < lowest) return { rows: [], isAll: true };
  const rows = view.prepare(OLDEST_UP).all(conversationKey, lowest, conversationKey, highest, limit + 1);
  return { rows: rows.slice(0, limit), isAll: rows.length <= limit };
};

/** Covered: from the lowest seq looked at to the highest, whether or not each has an item. */
const readRange = (view: ReadView, conversationKey: number, range: HistoryRange, top: number, limit: number) => {
  if (range.kind === 'after') {
    const lowest = Math.max(range.seq + 1, 0);
    const { rows, isAll } = readUp(view, { conversationKey, lowest, highest: top }, limit);
    return { rows, fromSeq: lowest, toSeq: isAll ? top : (rows.at(-1)?.seq ?? NOTHING) };
  }
  const highest = range.kind === 'newest' ? top : Math.min(range.seq - 1, top);
  const { rows, isAll } = readDown(view, { conversationKey, lowest: 0, highest }, limit);
  return { rows, fromSeq: isAll ? 0 : (rows[0]?.seq ?? NOTHING), toSeq: highest };
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
  const { rows, fromSeq, toSeq } = readRange(view, conversationKey, range, top, limit);
  const isEmpty = toSeq < fromSeq;
  return {
    itemTexts: rows.map(({ text }) => text),
    fromSeq: isEmpty ? NOTHING : fromSeq,
    toSeq: isEmpty ? NOTHING : toSeq,
    asOfSeq: top,
    headSeq: top,
    hasMoreBefore: isEmpty ? range.kind === 'after' && top >= 0 : fromSeq > 0,
    hasMoreAfter: isEmpty ? range.kind === 'before' && top >= 0 : toSeq < top,
  };
};

export const timelineQueries = (connection: ReadConnection): TimelineQueries => ({
  page: async (userId, conversationId, range, limit) =>
    connection.read((view) => readPage(view, userId, conversationId, range, limit)),
});
