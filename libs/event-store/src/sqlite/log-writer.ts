import type Database from 'better-sqlite3';
import { recordHash, type RecordHash } from '../codec/record-hash.js';
import { decideAppend } from '../expected-revision.js';
import type { LogHead } from './head-marker.js';
import { FIELDS_PER_EVENT, OUTCOME, type AppendJob, type Outcomes } from './log-messages.js';
import { sqliteCode } from './log-schema.js';
import { StreamHeads, type StreamHead } from './stream-heads.js';

const INSERT_EVENT = `
  INSERT INTO events (row_number, stream_id, revision, event_id, header, key_id, payload, hash)
  VALUES (?, ?, ?, unhex(?), ?, ?, ?, unhex(?))`;
type EventParameters = [number, number, number, string, string, string | null, string, RecordHash];

const FULL: Outcomes = [OUTCOME.logFull, 0, 0];

/** Appends to the log: many appends, one transaction, one fsync. Knows nothing of threads. */
export class LogWriter {
  readonly #heads: StreamHeads;
  readonly #insert: Database.Statement<EventParameters>;
  readonly #idsFrom: Database.Statement<[number, number, number], string>;
  readonly #rowOf: Database.Statement<[number, number], number>;
  readonly #begin: Database.Statement<[]>;
  readonly #commit: Database.Statement<[]>;
  #head: LogHead;
  #next: LogHead;

  constructor(
    private readonly db: Database.Database,
    head: LogHead,
  ) {
    this.#head = head;
    this.#next = head;
    this.#heads = new StreamHeads(db);
    this.#insert = db.prepare<EventParameters>(INSERT_EVENT);
    this.#idsFrom = db
      .prepare<[number, number, number], string>(
        'SELECT lower(hex(event_id)) FROM events WHERE stream_id = ? AND revision >= ? ORDER BY revision LIMIT ?',
      )
      .pluck();
    this.#rowOf = db
      .prepare<[number, number], number>('SELECT row_number FROM events WHERE stream_id = ? AND revision = ?')
      .pluck();
    this.#begin = db.prepare<[]>('BEGIN IMMEDIATE');
    this.#commit = db.prepare<[]>('COMMIT');
  }

  /** The newest durable record. */
  get head(): LogHead {
    return this.#head;
  }

  /**
   * Appends each job or tells why not; what is appended is durable. When the disk is full the jobs go one by one, so that
   * one that needs no room (a retry, a conflict) still gets its own answer.
   * @throws whatever else the driver throws: then the outcome of every job is unknown
   */
  append(jobs: readonly AppendJob[]): Outcomes {
    try {
      return this.#transact(jobs);
    } catch (error) {
      if (sqliteCode(error) !== 'SQLITE_FULL') throw error;
    }
    return jobs.flatMap((job) => this.#appendAlone(job));
  }

  #appendAlone(job: AppendJob): Outcomes {
    try {
      return this.#transact([job]);
    } catch (error) {
      if (sqliteCode(error) === 'SQLITE_FULL') return FULL;
      throw error;
    }
  }

  #transact(jobs: readonly AppendJob[]): Outcomes {
    const outcomes: number[] = [];
    try {
      this.#begin.run();
      for (const job of jobs) this.#appendOne(job, outcomes);
      this.#commit.run();
    } catch (error) {
      if (this.db.inTransaction) this.db.exec('ROLLBACK');
      this.#heads.rollback();
      this.#next = this.#head;
      throw error;
    }
    this.#heads.commit();
    this.#head = this.#next;
    return outcomes;
  }

  #appendOne({ streamName, expected, fields }: AppendJob, outcomes: number[]): void {
    const head = this.#heads.get(streamName);
    const count = fields.length / FIELDS_PER_EVENT;
    const standsFrom = (revision: number): boolean => head !== null && this.#stands(head.streamId, revision, fields);
    const decision = decideAppend(expected, head?.revision ?? null, count, standsFrom);
    if (decision.kind === 'conflict') {
      outcomes.push(OUTCOME.conflict, head?.revision ?? -1, 0);
    } else if (decision.kind === 'append') {
      const last = this.#insertAll(streamName, head ?? this.#heads.create(streamName), fields);
      outcomes.push(OUTCOME.appended, last.revision, this.#next.row);
    } else {
      const lastRevision = decision.fromRevision + count - 1;
      const row = head === null ? 0 : (this.#rowOf.get(head.streamId, lastRevision) ?? 0);
      outcomes.push(OUTCOME.retried, lastRevision, row);
    }
  }

  #stands(streamId: number, fromRevision: number, fields: AppendJob['fields']): boolean {
    const count = fields.length / FIELDS_PER_EVENT;
    const ids = this.#idsFrom.all(streamId, fromRevision, count);
    return ids.length === count && ids.every((id, index) => id === fields[index * FIELDS_PER_EVENT]);
  }

  #insertAll(streamName: string, head: StreamHead, fields: AppendJob['fields']): StreamHead {
    const { streamId } = head;
    let { revision, hash } = head;
    let { row } = this.#next;
    for (let at = 0; at < fields.length; at += FIELDS_PER_EVENT) {
      const eventIdHex = fields[at] as string;
      const header = fields[at + 1] as string;
      const keyId = fields[at + 2] as string | null;
      const payload = fields[at + 3] as string;
      revision += 1;
      row += 1;
      hash = recordHash(hash, { streamName, revision, eventIdHex, header, keyId, payload });
      this.#insert.run(row, streamId, revision, eventIdHex, header, keyId, payload, hash);
    }
    const last = { streamId, revision, hash };
    this.#heads.set(streamName, last);
    this.#next = { row, hash };
    return last;
  }
}
