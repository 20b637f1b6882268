import { visibleUpTo, type ConversationId } from '@verbatim/domain';
import type { Position } from '@verbatim/event-store';
import type { TimelineQueries } from '../../read-models.js';
import { historyPageOf, historyReadOf, type HistoryItem, type HistoryRead } from '../../timeline/history-page.js';
import { timelineItems } from '../../timeline/timeline.projection.js';
import { idsBetween, keyPartOf } from '../collection-layout.js';
import { findByIds } from '../document-reader.js';
import { NOTHING_FOLDED } from '../builds-record.js';
import type { QuerySource, QueryView } from '../query-source.js';
import { intervalsOf } from './membership.queries.js';

/** The largest seq that fits the padding of stored ids. */
const SEQ_MAX = 9_999_999_999;
const NOTHING = -1;

const itemsOf = (view: QueryView) => view.collection('timeline-v1', timelineItems);

/** Seq in a stored id of the timeline. */
export const seqIn = (storedId: string): number => Number(keyPartOf(storedId, 1));

/**
 * How far the timeline may be shown: nothing above its checkpoint, where items may still be missing, and nothing that the
 * membership documents have not seen yet (they might hold a removal before it).
 */
const shownUpTo = (view: QueryView): Position => {
  const timeline = view.checkpoint('timeline-v1')?.position ?? NOTHING_FOLDED;
  const membership = view.checkpoint('membership-v1')?.position ?? NOTHING_FOLDED;
  return timeline < membership ? timeline : membership;
};

/** The highest seq up to `highest` that may be shown. Passes over items newer than that: as many as a projection is behind. */
const topShown = async (view: QueryView, conversationId: ConversationId, highest: number): Promise<number> => {
  if (highest < 0) return NOTHING;
  const shown = { _id: idsBetween(conversationId, 0, highest), position: { $lte: shownUpTo(view) } };
  const [top] = await view.connection.call(() =>
    itemsOf(view)
      .find(shown, { projection: { _id: 1 }, sort: { _id: -1 }, limit: 1 })
      .toArray(),
  );
  return top === undefined ? NOTHING : seqIn(top._id);
};

/** One item more than the page holds, to know whether there are more. */
const readItems = async (
  view: QueryView,
  conversationId: ConversationId,
  { direction, lowest, highest }: HistoryRead,
  limit: number,
): Promise<readonly HistoryItem[]> => {
  if (highest < lowest) return [];
  const range = { _id: idsBetween(conversationId, lowest, highest) };
  const options = { projection: { text: 1 }, sort: { _id: direction === 'up' ? 1 : -1 }, limit: limit + 1 } as const;
  const items = await view.connection.call(() => itemsOf(view).find(range, options).toArray());
  return items.map(({ _id, text }) => ({ seq: seqIn(_id), text: text as string }));
};

/** The texts of single items, by their stored ids. */
export const itemTexts = async (view: QueryView, ids: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  const found = await findByIds<{ text: string }>(view.connection, itemsOf(view), ids, { text: 1 });
  return new Map([...found].map(([id, { text }]) => [id, text]));
};

export const timelineQueries = (source: QuerySource): TimelineQueries => ({
  page: async (userId, conversationId, range, limit) => {
    // The checkpoints first. Memberships read after them know every removal up to them, and no item above them is shown.
    const view = await source.now();
    const [intervals, topOfAll] = await Promise.all([
      intervalsOf(view, userId, conversationId),
      topShown(view, conversationId, SEQ_MAX),
    ]);
    if (intervals === null) return null;
    const upTo = visibleUpTo(intervals);
    const top = upTo === null || upTo >= topOfAll ? topOfAll : await topShown(view, conversationId, upTo);
    const read = historyReadOf(range, top);
    return historyPageOf(range, top, read, await readItems(view, conversationId, read, limit), limit);
  },
});
