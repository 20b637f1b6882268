import { setImmediate as nextTurn } from 'node:timers/promises';
import { DamagedLogError } from '../errors.js';
import type { LogIdentity, Position } from '../event-store.js';
import { positionOfRow } from '../subscription/position.js';
import { readMarker } from './head-marker.js';
import { checkAgainstMarker, readHead } from './log-head.js';
import { asLogError, openForReading, readIdentity } from './log-schema.js';
import { LogVerifier } from './log-verifier.js';

export type VerifiedLog = {
  readonly identity: LogIdentity;
  readonly events: number;
  /** Of the last event; null for an empty log. */
  readonly headPosition: Position | null;
};

export type VerifyOptions = {
  /** Told how many records were checked, after each thousand. */
  readonly onProgress?: (events: number) => void;
  /** Checks a log whose marker is missing or unreadable as if it had none; a tail that was lost is not noticed. */
  readonly withoutMarker?: boolean;
};

const PAGE_ROWS = 1_000;

/**
 * Checks the whole log in `file`: the database's own structure, every record's hash, link, place and way through the
 * indexes, and the head marker. Takes no lock: it may run beside the server, up to the head as it was at the start.
 * @throws DamagedLogError with the first position that is wrong, ForeignLogError
 */
export const verifySqliteLog = async (
  file: string,
  { onProgress = () => {}, withoutMarker = false }: VerifyOptions = {},
): Promise<VerifiedLog> => {
  const marker = readMarker(file);
  const db = openForReading(file);
  try {
    const identity = readIdentity(db);
    checkAgainstMarker(db, marker, identity, withoutMarker);
    const head = readHead(db);
    const verifier = new LogVerifier(db);
    for (let row = 0; row < head.row; row += PAGE_ROWS) {
      verifier.checkAfter(row, head.row, PAGE_ROWS);
      onProgress(Math.min(row + PAGE_ROWS, head.row));
      await nextTurn();
    }
    const structure = db.pragma('integrity_check(1)', { simple: true });
    if (structure !== 'ok') throw new DamagedLogError(null, `integrity check: ${String(structure)}`);
    return { identity, events: head.row, headPosition: head.row === 0 ? null : positionOfRow(head.row) };
  } catch (error) {
    throw asLogError(error);
  } finally {
    db.close();
  }
};
