import type { ExpectedRevision } from './event-store.js';

export type AppendDecision =
  | { readonly kind: 'append' }
  /** The identical batch stands there already, from this revision on. */
  | { readonly kind: 'retried'; readonly fromRevision: number }
  | { readonly kind: 'conflict' };

/**
 * What an append means for a stream whose last revision is `head` (null: no stream). As EventStoreDB: where the expected
 * revision fits, the events go in; where it does not, the same ids in the same place are the same append. `any` and
 * `stream-exists` name no place, so only a batch that is the stream's newest is known again.
 * @param standsFrom whether the stream holds exactly the batch's event ids from a revision on
 */
export const decideAppend = (
  expected: ExpectedRevision,
  head: number | null,
  count: number,
  standsFrom: (revision: number) => boolean,
): AppendDecision => {
  const lastBefore = expected === 'no-stream' ? -1 : typeof expected === 'number' ? expected : null;
  if (lastBefore === (head ?? -1)) return { kind: 'append' };
  const fromRevision = lastBefore === null ? (head ?? -1) - count + 1 : lastBefore + 1;
  const mayStand = head !== null && fromRevision >= 0 && fromRevision + count - 1 <= head;
  if (mayStand && standsFrom(fromRevision)) return { kind: 'retried', fromRevision };
  if (expected === 'any' || (expected === 'stream-exists' && head !== null)) return { kind: 'append' };
  return { kind: 'conflict' };
};
