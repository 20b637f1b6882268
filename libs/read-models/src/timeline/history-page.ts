import type { HistoryPage, HistoryRange } from '../read-models.js';

/** What an engine reads of one conversation's history; seqs from 0, -1 stands for nothing. */
export type HistoryItem = { readonly seq: number; readonly text: string };
export type HistoryRead = {
  readonly direction: 'down' | 'up';
  /** Both included; empty when the highest is below the lowest. */
  readonly lowest: number;
  readonly highest: number;
};

const NOTHING = -1;

/** Which seqs a page looks at, given the highest that may be shown. */
export const historyReadOf = (range: HistoryRange, top: number): HistoryRead => {
  if (range.kind === 'after') return { direction: 'up', lowest: Math.max(range.seq + 1, 0), highest: top };
  return { direction: 'down', lowest: 0, highest: range.kind === 'newest' ? top : Math.min(range.seq - 1, top) };
};

/**
 * The page of what was read: `limit` items, and one more where there are more.
 * Covered is every seq from the lowest looked at to the highest, whether or not each has an item.
 */
export const historyPageOf = (
  range: HistoryRange,
  top: number,
  { direction, lowest, highest }: HistoryRead,
  items: readonly HistoryItem[],
  limit: number,
): HistoryPage => {
  const isAll = items.length <= limit;
  const shown = items.slice(0, limit);
  if (direction === 'down') shown.reverse();
  const fromSeq = direction === 'up' || isAll ? lowest : (shown[0]?.seq ?? NOTHING);
  const toSeq = direction === 'down' || isAll ? highest : (shown.at(-1)?.seq ?? NOTHING);
  const isEmpty = toSeq < fromSeq;
  return {
    itemTexts: shown.map(({ text }) => text),
    fromSeq: isEmpty ? NOTHING : fromSeq,
    toSeq: isEmpty ? NOTHING : toSeq,
    asOfSeq: top,
    headSeq: top,
    hasMoreBefore: isEmpty ? range.kind === 'after' && top >= 0 : fromSeq > 0,
    hasMoreAfter: isEmpty ? range.kind === 'before' && top >= 0 : toSeq < top,
  };
};
