import { DamagedLogError } from '../errors.js';
import { positionOfRow } from '../subscription/position.js';
import type { HashedRecord, RecordHash } from '../codec/record-hash.js';

/** A row of `events` as the driver gives it, in the order of `EVENT_COLUMNS`. Nothing in it is trusted yet. */
export type RawRow = readonly [
  rowNumber: number,
  streamId: number,
  revision: number,
  eventIdHex: string,
  header: string,
  keyId: string | null,
  payload: string,
  hash: RecordHash,
];

/** Text, not blobs: the driver makes a string five times faster than a Buffer. */
export const EVENT_COLUMNS =
  'row_number, stream_id, revision, lower(hex(event_id)), header, key_id, payload, lower(hex(hash))';

export type LogRow = HashedRecord & {
  readonly rowNumber: number;
  readonly streamId: number;
  readonly hash: RecordHash;
};

export const damagedAtRow = (rowNumber: number, reason: string): DamagedLogError =>
  new DamagedLogError(positionOfRow(rowNumber), reason);

/** @throws DamagedLogError when a column has another type than the one it was written with */
export const toLogRow = (raw: RawRow, streamName: string): LogRow => {
  const [rowNumber, streamId, revision, eventIdHex, header, keyId, payload, hash] = raw;
  const areTexts = typeof header === 'string' && typeof payload === 'string';
  if (!areTexts || (keyId !== null && typeof keyId !== 'string') || !Number.isSafeInteger(revision))
    throw damagedAtRow(rowNumber, 'a column has the wrong type');
  return { rowNumber, streamId, streamName, revision, eventIdHex, header, keyId, payload, hash };
};
