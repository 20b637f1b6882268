import type { StreamName } from '@verbatim/domain';
import { DamagedLogError } from '../errors.js';
import type { RecordChain } from './record-chain.js';
import type { ServerReads } from './server-reads.js';
import type { StreamNames } from './stream-names.js';
import { toStoredRecord, type ServerEvent, type StoredRecord } from './stored-record.js';

export type RecordsPage = { readonly records: readonly StoredRecord[]; readonly headRevision: number | null };

/** Reads streams of this log. Every record is checked before it is handed on. */
export class StreamReader {
  constructor(
    private readonly reads: ServerReads,
    private readonly names: StreamNames,
    private readonly chain: RecordChain,
  ) {}

  /** The newest records, oldest first; none when the stream does not exist. */
  async tail(stream: StreamName, count: number): Promise<readonly StoredRecord[]> {
    return this.#backwards(stream, 'end', count);
  }

  /** From a revision on, oldest first. */
  async records(stream: StreamName, from: number, count: number): Promise<readonly StoredRecord[]> {
    const events = await this.reads.stream(this.names.onServer(stream), from, count, true);
    return this.#checked(stream, events ?? [], from);
  }

  async page(stream: StreamName, from: number | null, maxCount: number, isForwards: boolean): Promise<RecordsPage> {
    if (isForwards) return this.#forwards(stream, from ?? 0, maxCount);
    if (from === null) {
      const records = await this.tail(stream, maxCount);
      return { records: [...records].reverse(), headRevision: records.at(-1)?.revision ?? null };
    }
    const head = (await this.tail(stream, 1)).at(-1)?.revision ?? null;
    if (head === null) return { records: [], headRevision: null };
    const records = await this.#backwards(stream, Math.min(from, head), maxCount);
    return { records: [...records].reverse(), headRevision: head };
  }

  /** Asks for the record before the page too: at the head it is the answer, and nobody has to be asked where the head is. */
  async #forwards(stream: StreamName, from: number, maxCount: number): Promise<RecordsPage> {
    const before = Math.min(1, from);
    const found = await this.records(stream, from - before, maxCount + before);
    const isLast = found.length > 0 && found.length < maxCount + before;
    const head = isLast ? found.at(-1) : (await this.tail(stream, 1)).at(-1);
    return { records: found.slice(before), headRevision: head?.revision ?? null };
  }

  async #backwards(stream: StreamName, from: number | 'end', count: number): Promise<readonly StoredRecord[]> {
    const events = (await this.reads.stream(this.names.onServer(stream), from, count, false)) ?? [];
    return this.#checked(stream, [...events].reverse(), null);
  }

  /** @param first the revision that the page has to begin with; null where nothing can be said */
  #checked(stream: StreamName, ascending: readonly ServerEvent[], first: number | null): readonly StoredRecord[] {
    let expected = first;
    return ascending.map((event) => {
      const record = toStoredRecord(this.names, event);
      if (record === null || (expected !== null && record.revision !== expected))
        throw new DamagedLogError(record?.position ?? null, `${stream}@${expected ?? '?'} is missing`);
      expected = record.revision + 1;
      return this.chain.check(record);
    });
  }
}
