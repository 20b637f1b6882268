import { APPEND_MAX_BYTES, APPEND_MAX_EVENTS } from '../event-store.js';
import type { LogRow } from '../sqlite/log-rows.js';

/** Neighbours in the log that go into one append. */
export type CopyBatch = readonly [LogRow, ...LogRow[]];

const bytesOf = ({ header, payload }: LogRow): number => Buffer.byteLength(header) + Buffer.byteLength(payload);

/** Cuts a log into appends: as many neighbours of one stream as one append takes, so that the order of all events is kept. */
export function* copyBatches(rows: Iterable<LogRow>): Generator<CopyBatch> {
  let batch: [LogRow, ...LogRow[]] | null = null;
  let bytes = 0;
  for (const row of rows) {
    const size = bytesOf(row);
    const isFull = batch !== null && (batch.length >= APPEND_MAX_EVENTS || bytes + size > APPEND_MAX_BYTES);
    if (batch !== null && !isFull && batch[0].streamName === row.streamName) batch.push(row);
    else {
      if (batch !== null) yield batch;
      batch = [row];
      bytes = 0;
    }
    bytes += size;
  }
  if (batch !== null) yield batch;
}
