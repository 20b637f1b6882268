import type { StoredEvent } from './stored-event.js';

/** `$tb` of a stream that was deleted softly. */
const DELETED_BEFORE = BigInt('9223372036854775807');

/** What a stream's metadata hides from reads of it (never from `$all`). */
export type StreamRetention = {
  readonly maxCount: number | null;
  readonly firstRevision: number;
  readonly isDeleted: boolean;
};

const KEEP_ALL: StreamRetention = { maxCount: null, firstRevision: 0, isDeleted: false };

/** @param described the newest event of the stream's metastream */
export const retentionOf = (described: StoredEvent | undefined): StreamRetention => {
  if (described === undefined) return KEEP_ALL;
  const text = Buffer.from(described.data).toString('utf8');
  try {
    const { $maxCount } = JSON.parse(text) as { $maxCount?: number };
    // Read as text: the number that means "all" is larger than a double tells apart.
    const before = /"\$tb"\s*:\s*(\d+)/.exec(text)?.[1];
    const isDeleted = before !== undefined && BigInt(before) === DELETED_BEFORE;
    return { maxCount: $maxCount ?? null, firstRevision: isDeleted ? 0 : Number(before ?? 0), isDeleted };
  } catch {
    return KEEP_ALL;
  }
};

/** The first revision that a read of the stream still shows; beyond the head when none is. */
export const firstVisible = ({ maxCount, firstRevision, isDeleted }: StreamRetention, count: number): number =>
  isDeleted ? count : Math.max(firstRevision, maxCount === null ? 0 : count - maxCount);

export const SOFT_DELETION = Buffer.from(`{"$tb":${DELETED_BEFORE}}`);
export const truncationBefore = (revision: number): Buffer => Buffer.from(`{"$tb":${revision}}`);
