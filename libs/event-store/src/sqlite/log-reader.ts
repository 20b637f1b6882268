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
  readonly #lastRow: Database.Statement<[], number | null>;
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
    this.#lastRow = db.prepare<[], number | null>('SELECT max(row_number) FROM events').pluck();
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

  /** 0 when the log is empty. */
  lastRow(): number {
    return this.#lastRow.get() ?? 0;
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
    const first = isForwards ? (from ?? 0) : null;
    const last = isForwards || from === null ? null : Math.min(from, headRevision ?? from);
    refuseHole(rows, { streamName, first, last });
    const entries = rows.map((raw) => toEntry(this.#checker.check(raw)));
    return { entries: isForwards ? entries : entries.reverse(), headRevision };
  }
}

/** The revisions that a page must begin and end with; null where nothing can be said. */
type PageEdges = { readonly streamName: string; readonly first: number | null; readonly last: number | null };

const refuseHole = (ascending: readonly RawRow[], { streamName, first, last }: PageEdges): void => {
  let expected = first;
  for (const [rowNumber, , revision] of ascending) {
    if (expected !== null && revision !== expected)
      throw damagedAtRow(rowNumber, `${streamName}@${expected} is missing before it`);
    expected = revision + 1;
  }
  const newest = ascending.at(-1);
  if (last !== null && newest !== undefined && newest[2] !== last)
    throw damagedAtRow(newest[0], `${streamName}@${last} is missing after it`);
};
