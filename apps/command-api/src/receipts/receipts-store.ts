import {
  type ConversationId,
  type Receipts,
  type ReceiptsEvent,
  type Revision,
  type UserId,
  evolveReceipts,
  initialReceipts,
  receiptsStream,
} from '@verbatim/domain';
import { type EventStore, READ_PAGE_MAX_EVENTS } from '@verbatim/event-store';
import { packSnapshot, unpackSnapshot } from '../snapshot/packed-snapshot.js';

/** Rises with the shape of the snapshot below. */
export const RECEIPTS_SNAPSHOT_SCHEMA_VERSION = 1;
/** Events between two snapshots of one conversation's receipts. */
export const RECEIPTS_SNAPSHOT_EVERY_EVENTS = 500;

/** The watermarks of one conversation and the revision they are folded to; -1 is an empty stream. */
export type FoldedReceipts = { receipts: Receipts; headRevision: number; snapshotRevision: number };

const BYTES_PER_USER = 200;
const BYTES_BASE = 500;

/** Estimate in bytes, for the bound of a cache. */
export const sizeOfReceipts = ({ receipts }: FoldedReceipts): number => BYTES_BASE + receipts.size * BYTES_PER_USER;

type StoredReceipts = readonly (readonly [UserId, { deliveredUpTo: number; readUpTo: number }])[];

export const loadReceipts = async (store: EventStore, conversationId: ConversationId): Promise<FoldedReceipts> => {
  const folded = await fromSnapshot(store, conversationId);
  if (await catchUpReceipts(store, conversationId, folded)) return folded;
  const whole = { receipts: initialReceipts(), headRevision: -1, snapshotRevision: -1 };
  await catchUpReceipts(store, conversationId, whole);
  return whole;
};

const fromSnapshot = async (store: EventStore, conversationId: ConversationId): Promise<FoldedReceipts> => {
  const snapshot = await store.readSnapshot(receiptsStream(conversationId));
  const stored = snapshot && (await unpackSnapshot<StoredReceipts>(snapshot, RECEIPTS_SNAPSHOT_SCHEMA_VERSION));
  const revision = stored === null || snapshot === null ? -1 : snapshot.revision;
  const receipts = (stored === null ? initialReceipts() : new Map(stored)) as Receipts;
  return { receipts, headRevision: revision, snapshotRevision: revision };
};

/** False when the stream does not reach what is folded already: a log that was restored without its snapshots. */
const catchUpReceipts = async (store: EventStore, id: ConversationId, folded: FoldedReceipts): Promise<boolean> => {
  for (;;) {
    const from = (folded.headRevision + 1) as Revision;
    const slice = await store.readStream(receiptsStream(id), { from, maxCount: READ_PAGE_MAX_EVENTS });
    const headRevision = slice.headRevision ?? -1;
    if (headRevision < folded.headRevision) return false;
    for (const { event } of slice.events) applyReceipts(folded, event as ReceiptsEvent);
    if (slice.events.length === 0 || folded.headRevision === headRevision) return true;
  }
};

export const applyReceipts = (folded: FoldedReceipts, event: ReceiptsEvent): void => {
  folded.receipts = evolveReceipts(folded.receipts, event);
  folded.headRevision += 1;
};

export const saveReceiptsSnapshot = async (
  store: EventStore,
  id: ConversationId,
  folded: FoldedReceipts,
): Promise<void> => {
  folded.snapshotRevision = folded.headRevision;
  const snapshot = await packSnapshot(folded.headRevision as Revision, RECEIPTS_SNAPSHOT_SCHEMA_VERSION, [
    ...folded.receipts,
  ]);
  await store.saveSnapshot(receiptsStream(id), snapshot);
};
