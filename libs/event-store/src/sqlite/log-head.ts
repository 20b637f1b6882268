import type Database from 'better-sqlite3';
import { DamagedLogError } from '../errors.js';
import type { LogIdentity } from '../event-store.js';
import { hexOfUuid } from '../uuid-hex.js';
import { EMPTY_HEAD, type LogHead, type MarkerFile } from './head-marker.js';
import { damagedAtRow } from './log-rows.js';
import { LogVerifier } from './log-verifier.js';

/** Records checked before the log opens: enough to meet what a crash can break, few enough that the start stays flat. */
export const START_CHECK_EVENTS = 10_000;

/** Row and hash of the newest record, unchecked. */
export const readHead = (db: Database.Database): LogHead =>
  db
    .prepare<[], LogHead>(
      'SELECT row_number AS row, lower(hex(hash)) AS hash FROM events ORDER BY row_number DESC LIMIT 1',
    )
    .get() ?? EMPTY_HEAD;

const hashOfRow = (db: Database.Database, row: number): string | undefined =>
  db.prepare<[number], string>('SELECT lower(hex(hash)) FROM events WHERE row_number = ?').pluck().get(row);

/**
 * Compares the log with its marker, which must have been read before: the log of a running server grows past it.
 * @param adoptMarker accept a log whose marker is missing or unreadable
 * @returns the counter to go on from
 * @throws DamagedLogError when the log is shorter than its marker, differs from it, or has lost it
 */
export const checkAgainstMarker = (
  db: Database.Database,
  marker: MarkerFile,
  { logId }: LogIdentity,
  adoptMarker: boolean,
): number => {
  const head = readHead(db);
  if (marker.kind !== 'read') {
    if (head.row === 0 || adoptMarker) return 0;
    throw new DamagedLogError(
      null,
      `the head marker is ${marker.kind}, so a lost tail could not be noticed ("npm run restored" takes the log as it is)`,
    );
  }
  if (marker.head.row === 0) return marker.counter;
  if (head.row < marker.head.row)
    throw damagedAtRow(head.row + 1, `the log ends before row ${marker.head.row}, where its marker is`);
  if (marker.logIdHex !== hexOfUuid(logId)) throw new DamagedLogError(null, 'the head marker is that of another log');
  if (hashOfRow(db, marker.head.row) !== marker.head.hash)
    throw damagedAtRow(marker.head.row, 'the record is not the one that the head marker names');
  return marker.counter;
};

/** Checks the newest records. @throws DamagedLogError */
export const checkTail = (db: Database.Database): LogHead => {
  const head = readHead(db);
  const firstRow = Math.max(0, head.row - START_CHECK_EVENTS);
  new LogVerifier(db).checkAfter(firstRow, head.row, START_CHECK_EVENTS);
  return head;
};
