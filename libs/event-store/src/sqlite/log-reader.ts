import type Database from 'better-sqlite3';
import type { Revision, StreamName } from '@verbatim/domain';
import { codec } from '../codec/codec.js';
import type { EventId } from '../event-store.js';
import type { LogEntry, LogPage } from '../subscription/log-subscription.js';
import { positionOfRow } from '../subscription/position.js';
import { uuidOfHex } from '../uuid-hex.js';
import { EVENT_COLUMNS, damagedAtRow, type LogRow, type RawRow } from './log-rows.js';
import { RecordChecker } from './record-checker.js';

const toEntry = (row: LogRow): LogEntry =>
  codec.decode(
    {
      eventId: uuidOfHex(row.eventIdHex) as EventId,
      streamName: row.streamName as StreamName,
      revision: row.revision as Revision,
      position: positionOfRow(row.rowNumber),
    },
    row,
  );

export type StreamPage = { readonly entries: readonly LogEntry[]; readonly headRevision: number | null };

/** Reads the log through a connection of its own. Every record is checked before it is decoded. @throws DamagedLogError */
export class LogReader {
  readonly #checker: RecordChecker;
  readonly #all: Database.Statement<[number, number], RawRow>;
  readonly #one: Database.Statement<[number], RawRow>;
  readonly #forwards: Database.Statement<[number, number, number], RawRow>;
  readonly #backwards: Database.Statement<[number, number, number], RawRow>;
  readonly #streamId: Database.Statement<[string], number>;
  readonly #headRevision: Database.Statement<[number], number | null>;

  constructor(db: Database.Database) {
    this.#checker = new RecordChecker(db);
    const select = <Parameters extends number[]>(rest: string): Database.Statement<Parameters, RawRow> =>
      db.prepare<Parameters, RawRow>(`SELECT ${EVENT_COLUMNS} FROM events ${rest}`).raw();
    this.#all = select('WHERE row_number > ? ORDER BY row_number LIMIT ?');
    this.#one = select('WHERE row_number = ?');
    this.#forwards = select('WHERE stream_id = ? AND revision >= ? ORDER BY revision LIMIT ?');
    this.#backwards = select('WHERE stream_id = ? AND revision <= ? ORDER BY revision DESC LIMIT ?');
    this.#streamId = db.prepare<[string], number>('SELECT stream_id FROM streams WHERE name = ?').pluck();
    this.#headRevision = db
      .prepare<[number], number | null>('SELECT max(revision) FROM events WHERE stream_id = ?')
      .pluck();
  }

  /** @param headRow rows up to here are durable, so a page that ends before it is damage */
  pageAfter(row: number, maxCount: number, headRow: number, wants: (streamName: string) => boolean): LogPage {
    const entries: LogEntry[] = [];
    let scannedRow = row;
    for (const raw of this.#all.all(row, maxCount)) {
      scannedRow += 1;
      if (raw[0] !== scannedRow) throw damagedAtRow(scannedRow, 'the record is missing');
      const checked = this.#checker.check(raw);
      if (wants(checked.streamName)) entries.push(toEntry(checked));
    }
    if (scannedRow < Math.min(headRow, row + maxCount)) throw damagedAtRow(scannedRow + 1, 'the record is missing');
    return { entries, scannedRow };
  }

  entryAt(row: number): LogEntry | null {
    const raw = this.#one.get(row);
    return raw === undefined ? null : toEntry(this.#checker.check(raw));
  }

  /** `from` null: the start, or backwards the end. */
  stream(streamName: string, from: number | null, maxCount: number, isForwards: boolean): StreamPage {
    const streamId = this.#streamId.get(streamName);
    if (streamId === undefined) return { entries: [], headRevision: null };
    const rows = isForwards
      ? this.#forwards.all(streamId, from ?? 0, maxCount)
      : this.#backwards.all(streamId, from ?? Number.MAX_SAFE_INTEGER, maxCount).reverse();
    // Asked after the page, so that the head is never behind what the page shows.
    const headRevision = this.#headRevision.get(streamId) ?? null;
    this.#refuseHole(rows, isForwards, from, headRevision, streamName);
    const entries = rows.map((raw) => toEntry(this.#checker.check(raw)));
    return { entries: isForwards ? entries : entries.reverse(), headRevision };
  }

  /** Revisions are dense, and the page reaches to where it was asked to begin. */
  #refuseHole(
    rows: readonly RawRow[],
    isForwards: boolean,
    from: number | null,
    headRevision: number | null,
    streamName: string,
  ): void {
    const edge = isForwards ? rows[0] : rows.at(-1);
    const expected = isForwards ? (from ?? 0) : Math.min(from ?? Number.MAX_SAFE_INTEGER, headRevision ?? -1);
    // A page backwards from the end may have missed what was appended between the two questions.
    const isShort = edge !== undefined && edge[2] !== expected && (isForwards || from !== null);
    const hole = rows.findIndex((row, index) => index > 0 && row[2] !== (rows[index - 1] as RawRow)[2] + 1);
    if (isShort && edge !== undefined) throw damagedAtRow(edge[0], `${streamName}@${expected} is missing before it`);
    if (hole !== -1) throw damagedAtRow((rows[hole] as RawRow)[0], `a revision of ${streamName} is missing before it`);
  }
}
