import type { AllReadOptions, AllSlice, Position, RecordedEvent } from '../event-store.js';
import { pageMax, withoutUndecodable } from '../read-options.js';
import { categoryFilter } from '../subscription/categories.js';
import { SCAN_FIRST_EVENTS, SCAN_MAX_EVENTS, SCAN_PAGE_EVENTS } from './limits.js';
import type { RecordChain } from './record-chain.js';
import type { ServerReads } from './server-reads.js';
import type { StreamNames } from './stream-names.js';
import { toEntry, toStoredRecord, type StoredRecord } from './stored-record.js';

type Scanned = {
  readonly records: readonly StoredRecord[];
  /** Everything up to here was looked at; of whomever when the scan ends short of the head, of ours when it reached it. */
  readonly scannedTo: Position | null;
  readonly isAtHead: boolean;
};

/** Reads everything of this log in order, passing over what the server holds beside it. */
export class AllReader {
  constructor(
    private readonly reads: ServerReads,
    private readonly names: StreamNames,
    private readonly chain: RecordChain,
  ) {}

  async slice({ after, maxCount, categories, onUndecodable }: AllReadOptions): Promise<AllSlice> {
    const { records, scannedTo, isAtHead } = await this.scan(after, pageMax(maxCount), categoryFilter(categories));
    return { events: withoutUndecodable(records.map(toEntry), onUndecodable), scannedTo, isAtHead };
  }

  /** The record of this log at exactly a position, or null. */
  async at(position: Position): Promise<RecordedEvent | null> {
    const event = await this.reads.allAt(position);
    const record = event === null ? null : toStoredRecord(this.names, event);
    if (record === null) return null;
    const entry = toEntry(this.chain.check(record));
    if (entry instanceof Error) throw entry;
    return entry;
  }

  /** Up to `maxCount` records that are wanted; looks at `SCAN_MAX_EVENTS` at most. */
  async scan(after: Position | null, maxCount: number, wants: (streamName: string) => boolean): Promise<Scanned> {
    const records: StoredRecord[] = [];
    let position = after;
    let ourPosition = after;
    let pageEvents = Math.max(maxCount + 1, SCAN_FIRST_EVENTS);
    for (let looked = 0; looked < SCAN_MAX_EVENTS;) {
      const page = await this.reads.allAfter(position, pageEvents);
      pageEvents = Math.max(pageEvents, Math.min(pageEvents * 4, SCAN_PAGE_EVENTS));
      for (const event of page.events) {
        const record = toStoredRecord(this.names, event);
        if (record !== null && wants(record.streamName)) {
          if (records.length === maxCount) return { records, scannedTo: position, isAtHead: false };
          records.push(this.chain.check(record));
        }
        position = event.position.commit as Position;
        if (record !== null) ourPosition = position;
      }
      if (page.isAtHead) return { records, scannedTo: ourPosition, isAtHead: true };
      looked += page.events.length;
    }
    return { records, scannedTo: position, isAtHead: false };
  }
}
