import type { Position } from '../event-store.js';

/** Rows are numbered from 1 without gaps; positions are not, so that nobody comes to count with them. */
const POSITIONS_PER_ROW = 16;

export const positionOfRow = (row: number): Position => BigInt(row * POSITIONS_PER_ROW) as Position;

/** The last row at or before a position: 0 when that is before the first. */
export const rowUpTo = (position: Position | null): number =>
  position === null || position < 0n ? 0 : Number(position / BigInt(POSITIONS_PER_ROW));

/** The row that has exactly this position, or null. */
export const rowAt = (position: Position): number | null => {
  const row = rowUpTo(position);
  return row > 0 && BigInt(row) * BigInt(POSITIONS_PER_ROW) === position ? row : null;
};
