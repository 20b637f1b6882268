import { existsSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { ForeignLogError } from '../errors.js';
import type { LogIdentity } from '../event-store.js';
import { readMarker } from './head-marker.js';
import { checkAgainstMarker, readHead } from './log-head.js';
import { lockLog, type LogLock } from './log-lock.js';
import { EVENT_COLUMNS, type LogRow, type RawRow } from './log-rows.js';
import { openForReading, readIdentity } from './log-schema.js';
import { RecordChecker } from './record-checker.js';

const PAGE_ROWS = 1_000;

/** A log that is read from its first record to its last while no server may write to it. */
export class LogExport {
  readonly identity: LogIdentity;
  readonly events: number;
  readonly #page: Database.Statement<[number, number], RawRow>;

  private constructor(
    private readonly db: Database.Database,
    private readonly lock: LogLock,
  ) {
    this.identity = readIdentity(db);
    this.events = readHead(db).row;
    this.#page = db
      .prepare<[number, number], RawRow>(
        `SELECT ${EVENT_COLUMNS} FROM events WHERE row_number > ? ORDER BY row_number LIMIT ?`,
      )
      .raw();
  }

  /** @throws LogInUseError while a server runs, ForeignLogError, DamagedLogError when its end was lost */
  static open(file: string): LogExport {
    if (!existsSync(file)) throw new ForeignLogError(`there is no event log at ${file}`);
    const lock = lockLog(file);
    try {
      const db = openForReading(file);
      checkAgainstMarker(db, readMarker(file), readIdentity(db), false);
      return new LogExport(db, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Every record behind a row, in the order of the log, each checked. @throws DamagedLogError */
  *rowsAfter(rowNumber: number): Generator<LogRow> {
    const checker = new RecordChecker(this.db);
    for (let after = rowNumber; ;) {
      const page = this.#page.all(after, PAGE_ROWS);
      for (const raw of page) yield checker.check(raw);
      const last = page.at(-1);
      if (last === undefined) return;
      after = last[0];
    }
  }

  close(): void {
    this.db.close();
    this.lock.release();
  }
}
