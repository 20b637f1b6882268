import { DatabaseSync } from 'node:sqlite';

/**
 * @typedef {{ partition: number, offset: string, id: string, epoch: number, position: bigint, isLate: boolean, day: string | null }} Seen
 * One message: its place in the topic, its place in the log, and the day to count it on (null: it is no chat message).
 */

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS messages_per_day (day TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT;
  -- The next offset to read, and the highest place in the log that was counted.
  CREATE TABLE IF NOT EXISTS partitions (
    partition INTEGER PRIMARY KEY, next_offset TEXT NOT NULL, epoch INTEGER NOT NULL, position TEXT NOT NULL
  ) STRICT;
  -- Ids of messages that came after their turn; there are few.
  CREATE TABLE IF NOT EXISTS late_events (id TEXT PRIMARY KEY) STRICT;
`;

/** Counts, and how far they go. One transaction moves both, so that a crash between them cannot be. */
export class CountsStore {
  #database;

  /** @param {string} file */
  constructor(file) {
    this.#database = new DatabaseSync(file);
    this.#database.exec(SCHEMA);
  }

  /**
   * Where to go on reading; null: at the beginning.
   * @param {number} partition
   * @returns {string | null}
   */
  nextOffset(partition) {
    return this.#mark(partition)?.next_offset ?? null;
  }

  /**
   * Counts what is new of a batch of one partition, in its order.
   * @param {readonly Seen[]} batch
   * @returns {number} messages that were not known
   */
  count(batch) {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      let added = 0;
      for (const seen of batch) if (this.#countOne(seen)) added += 1;
      this.#database.exec('COMMIT');
      return added;
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  close() {
    this.#database.close();
  }

  /** @param {Seen} seen */
  #countOne(seen) {
    const { partition, offset, epoch, position } = seen;
    const mark = this.#mark(partition);
    const isNew = seen.isLate ? this.#isNewLate(seen.id) : isAbove(seen, mark);
    if (isNew && seen.day !== null)
      this.#database
        .prepare('INSERT INTO messages_per_day VALUES (?, 1) ON CONFLICT (day) DO UPDATE SET count = count + 1')
        .run(seen.day);
    const top = isNew && !seen.isLate ? { epoch, position: `${position}` } : (mark ?? { epoch: 0, position: '-1' });
    this.#database
      .prepare('INSERT OR REPLACE INTO partitions VALUES (?, ?, ?, ?)')
      .run(partition, `${BigInt(offset) + 1n}`, top.epoch, top.position);
    return isNew;
  }

  /** @param {string} id */
  #isNewLate(id) {
    return this.#database.prepare('INSERT OR IGNORE INTO late_events VALUES (?)').run(id).changes === 1;
  }

  /** @param {number} partition */
  #mark(partition) {
    const row = this.#database.prepare('SELECT * FROM partitions WHERE partition = ?').get(partition);
    return /** @type {{ next_offset: string, epoch: number, position: string } | undefined} */ (row);
  }
}

/**
 * First copies of events arrive in the order of the log, partition by partition; everything at or below the mark is a copy of
 * what was counted. A later epoch of the log (after a restore, or a move to another engine) begins its positions anew.
 * @param {Seen} seen
 * @param {{ epoch: number, position: string } | undefined} mark
 */
const isAbove = ({ epoch, position }, mark) =>
  mark === undefined || epoch > mark.epoch || (epoch === mark.epoch && position > BigInt(mark.position));
