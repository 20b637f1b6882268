import { UndecodableEventError } from '../errors.js';
import type { Position, RecordedEvent, SubscriptionHandler } from '../event-store.js';
import { DenseRevisions, type RecordChain } from './record-chain.js';
import { toEntry, type StoredRecord } from './stored-record.js';

/** Hands records to a handler, and yields each position up to which it has them. */
export type Delivery = (records: readonly StoredRecord[], isOpen: () => boolean) => AsyncGenerator<Position>;

/**
 * Checks every record of one subscription, also against those before it, before its handler gets it.
 * The generator throws DamagedLogError, what the handler throws, and UndecodableEventError where it takes none.
 */
export const createDelivery = (
  chain: RecordChain,
  handler: SubscriptionHandler,
  wants: (streamName: string) => boolean,
): Delivery => {
  const dense = new DenseRevisions();
  return async function* (records, isOpen) {
    let events: RecordedEvent[] = [];
    for (const record of records) {
      const entry = wants(dense.check(chain.check(record)).streamName) ? toEntry(record) : null;
      if (!(entry instanceof UndecodableEventError)) {
        if (entry !== null) events.push(entry);
        continue;
      }
      const before = events.at(-1)?.position;
      if (before !== undefined && isOpen()) await handler.onEvents(events, before);
      if (before !== undefined) yield before;
      events = [];
      if (handler.onUndecodable === undefined) throw entry;
      if (isOpen()) await handler.onUndecodable(entry);
      yield record.position;
    }
    const last = records.at(-1);
    if (last === undefined) return;
    if (isOpen()) await handler.onEvents(events, last.position);
    yield last.position;
  };
};
