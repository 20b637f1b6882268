import type Database from 'better-sqlite3';
import { EVENT_COLUMNS, damagedAtRow, type LogRow, type RawRow } from './log-rows.js';
import { RecordChecker } from './record-checker.js';

/** Walks the log record by record: rows dense, hashes and links right, and every record found again through the indexes. */
export class LogVerifier {
  readonly #checker: RecordChecker;
  readonly #page: Database.Statement<[number, number, number], RawRow>;
  readonly #find: Database.Statement<[string, number], number>;

  constructor(db: Database.Database) {
    this.#checker = new RecordChecker(db);
    this.#page = db
      .prepare<[number, number, number], RawRow>(
        `SELECT ${EVENT_COLUMNS} FROM events WHERE row_number > ? AND row_number <= ? ORDER BY row_number LIMIT ?`,
      )
      .raw();
    this.#find = db
      .prepare<[string, number], number>(
        'SELECT row_number FROM events JOIN streams USING (stream_id) WHERE name = ? AND revision = ?',
      )
      .pluck();
  }

  /**
   * Checks up to `maxCount` records after a row, none behind `lastRow`.
   * @returns the last one, null when nothing was left
   * @throws DamagedLogError
   */
  checkAfter(row: number, lastRow: number, maxCount: number): LogRow | null {
    const rows = this.#page.all(row, lastRow, maxCount);
    if (rows.length < Math.min(maxCount, lastRow - row)) {
      const missing = rows.findIndex(([rowNumber], index) => rowNumber !== row + 1 + index);
      throw damagedAtRow(row + 1 + (missing === -1 ? rows.length : missing), 'the record is missing');
    }
    let last: LogRow | null = null;
    for (const raw of rows) last = this.#checkOne(raw);
    return last;
  }

  #checkOne(raw: RawRow): LogRow {
    const row = this.#checker.check(raw);
    const found = this.#find.get(row.streamName, row.revision);
    if (found !== row.rowNumber)
      throw damagedAtRow(row.rowNumber, `the indexes do not lead to ${row.streamName}@${row.revision}`);
    return row;
  }
}
