import { OperatorError, fullJitterMs, pause } from '@verbatim/platform';
import { GENESIS_HASH, type RecordHash } from '../codec/record-hash.js';
import type { EventId, Position } from '../event-store.js';
import type { LogExport } from '../sqlite/log-export.js';
import type { LogRow } from '../sqlite/log-rows.js';
import { uuidOfHex } from '../uuid-hex.js';
import { callAppend } from './append-call.js';
import type { CopyBatch } from './copy-batches.js';
import { RECONNECT_BACKOFF, SCAN_PAGE_EVENTS } from './limits.js';
import type { LogParts } from './log-parts.js';
import { toServerEvent, toStoredRecord, type StoredRecord } from './stored-record.js';
import { ChainVerifier } from './verify-event-store-db.js';

/** How often one batch is sent before the copy is given up, with pauses of up to 5 s. */
const TRIES_MAX = 30;

/** The target has events that the log to be copied has not, or has others in their place. */
export class ForeignTargetError extends OperatorError {
  override readonly name = 'ForeignTargetError';
}

const foreign = (position: Position, what: string): ForeignTargetError =>
  new ForeignTargetError(
    `--to names an event store that holds something else (at position ${position} ${what}): name an empty one, or give it a streamPrefix`,
  );

const isSame = (row: LogRow, record: StoredRecord): boolean =>
  row.streamName === record.streamName &&
  row.revision === record.revision &&
  row.eventIdHex === record.eventIdHex &&
  row.hash === record.hash;

const typeOf = (header: string): string => {
  const { type } = JSON.parse(header) as { readonly type?: unknown };
  return typeof type === 'string' && !type.startsWith('$') ? type : 'unknown';
};

/** The log that is being written, record by record the same as its source. */
export class CopyTarget {
  readonly #lastHash = new Map<string, RecordHash>();

  constructor(private readonly parts: LogParts) {}

  /**
   * Walks through what the target has and compares it with the source, record by record.
   * @param onRecord told of each that is the same
   * @returns how many there are
   * @throws ForeignTargetError, DamagedLogError
   */
  async compare(source: LogExport, onRecord: (eventId: EventId, position: Position) => void): Promise<number> {
    const verifier = new ChainVerifier();
    const rows = source.rowsAfter(0);
    for await (const record of this.#records()) {
      const { value: row, done } = rows.next();
      if (done === true) throw foreign(record.position, 'it goes on where the log to be copied ends');
      if (!isSame(row, record)) throw foreign(record.position, 'it has another event');
      verifier.check(record);
      this.#lastHash.set(record.streamName, record.hash);
      onRecord(record.eventId, record.position);
    }
    return verifier.events;
  }

  /** Appends at exactly the revision that the source has. @throws OperatorError when somebody else writes there, or nobody answers */
  async append(batch: CopyBatch): Promise<void> {
    const [{ streamName, revision }] = batch;
    let previousHash = this.#lastHash.get(streamName) ?? GENESIS_HASH;
    const events = batch.map(({ eventIdHex, header, keyId, payload, hash }) => {
      const event = toServerEvent(
        uuidOfHex(eventIdHex),
        typeOf(header),
        { header, keyId, payload },
        { previousHash, hash },
      );
      previousHash = hash;
      return event;
    });
    for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
      const { names, shared } = this.parts;
      const { outcome } = await callAppend(shared, names.onServer(streamName as never), revision - 1, events);
      if (outcome === 'conflict')
        throw new ForeignTargetError(`somebody else writes ${streamName} to the target meanwhile`);
      if (outcome === 'refused')
        throw new OperatorError('the target refuses to be written to: check user and password');
      if (outcome === 'appended') return void this.#lastHash.set(streamName, previousHash);
      await pause(fullJitterMs(RECONNECT_BACKOFF, attempt));
    }
    throw new OperatorError('the target does not answer any more: start it, and run the same command again');
  }

  async *#records(): AsyncGenerator<StoredRecord> {
    const { reads, names } = this.parts;
    for (let after: Position | null = null, isAtHead = false; !isAtHead;) {
      const page: Awaited<ReturnType<typeof reads.allAfter>> = await reads.allAfter(after, SCAN_PAGE_EVENTS);
      for (const event of page.events) {
        const record = toStoredRecord(names, event);
        if (record !== null) yield record;
        after = event.position.commit as Position;
      }
      isAtHead = page.isAtHead;
    }
  }
}
