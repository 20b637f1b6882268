import type Database from 'better-sqlite3';
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type { HeadMarker } from './head-marker.js';
import {
  FIELDS_PER_EVENT,
  OUTCOME,
  type AppendJob,
  type FromWriter,
  type Outcomes,
  type ToWriter,
} from './log-messages.js';
import { checkpoint } from './log-schema.js';
import type { LogWriter } from './log-writer.js';
import { writeSnapshot } from './snapshot-table.js';
import { toWriterError } from './writer-error.js';

/** A transaction takes what waits, up to this many events. */
const TRANSACTION_MAX_EVENTS = 512;
const HOUSEKEEPING_INTERVAL_MS = 1_000;
/** A busy log is checkpointed when about this much was written since the last time; an idle one at once. */
const CHECKPOINT_MIN_EVENTS = 20_000;

const UNKNOWN: Outcomes = [OUTCOME.unknown, 0, 0];

type Snapshot = Extract<ToWriter, { kind: 'snapshot' }>;

/**
 * Takes everything that waits, commits it in one transaction, answers, and takes what came in meanwhile: the time of one
 * fsync gathers the next batch, without a timer. After a failure the log is never touched again.
 */
export class WriterLoop {
  readonly #jobs: AppendJob[] = [];
  readonly #snapshots: Snapshot[] = [];
  #isClosing = false;
  #isOver = false;
  #isScheduled = false;
  #eventsSinceCheckpoint = 0;
  #headAtLastVisit: number;
  readonly #housekeeping: NodeJS.Timeout;

  constructor(
    private readonly port: MessagePort,
    private readonly db: Database.Database,
    private readonly writer: LogWriter,
    private readonly marker: HeadMarker,
    private readonly onClose: () => void,
  ) {
    this.#headAtLastVisit = writer.head.row;
    port.on('message', (message: ToWriter) => {
      this.#take(message);
      this.#work();
    });
    this.#housekeeping = setInterval(() => this.#keepHouse(), HOUSEKEEPING_INTERVAL_MS);
  }

  /** The log is damaged or its disk fails: whatever waits was not written. */
  fail(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#housekeeping);
    this.#send({ kind: 'fatal', error: toWriterError(error) });
  }

  #send(message: FromWriter): void {
    this.port.postMessage(message);
  }

  #take(message: ToWriter): void {
    if (message.kind === 'append') for (const job of message.jobs) this.#jobs.push(job);
    else if (message.kind === 'snapshot') this.#snapshots.push(message);
    else this.#isClosing = true;
  }

  #takeWaiting(): void {
    while (this.#jobs.length < TRANSACTION_MAX_EVENTS) {
      const waiting = receiveMessageOnPort(this.port) as { message: ToWriter } | undefined;
      if (waiting === undefined) return;
      this.#take(waiting.message);
    }
  }

  #work(): void {
    this.#takeWaiting();
    if (this.#isOver) return;
    if (this.#jobs.length > 0) this.#commit(this.#nextBatch());
    else this.#saveSnapshot();
    if (this.#jobs.length > 0 || this.#snapshots.length > 0) this.#workNextTurn();
    else if (this.#isClosing) this.#close();
  }

  /** Through the event loop, so that timers and the marker's sync get their turn under load too. */
  #workNextTurn(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#work();
    });
  }

  #nextBatch(): AppendJob[] {
    let events = 0;
    const end = this.#jobs.findIndex(({ fields }) => {
      events += fields.length / FIELDS_PER_EVENT;
      return events > TRANSACTION_MAX_EVENTS;
    });
    return this.#jobs.splice(0, end === -1 ? this.#jobs.length : Math.max(1, end));
  }

  #commit(jobs: readonly AppendJob[]): void {
    const rowBefore = this.writer.head.row;
    try {
      const outcomes = this.writer.append(jobs);
      this.#send({ kind: 'outcomes', outcomes });
    } catch (error) {
      this.#send({ kind: 'outcomes', outcomes: jobs.flatMap(() => UNKNOWN) });
      return this.fail(error);
    }
    this.#eventsSinceCheckpoint += this.writer.head.row - rowBefore;
    if (this.writer.head.row > rowBefore) this.#mark();
  }

  /** While the other thread wakes up, so it costs the acknowledgement nothing. */
  #mark(): void {
    try {
      this.marker.write(this.writer.head);
    } catch (error) {
      this.fail(error);
    }
  }

  #saveSnapshot(): void {
    const next = this.#snapshots.shift();
    if (next === undefined) return;
    try {
      writeSnapshot(this.db, next.snapshot);
      this.#send({ kind: 'snapshot-saved', requestId: next.requestId });
    } catch (error) {
      this.fail(error);
    }
  }

  #keepHouse(): void {
    const isIdle = this.writer.head.row === this.#headAtLastVisit;
    this.#headAtLastVisit = this.writer.head.row;
    if (!isIdle) this.marker.syncSoon((error) => error !== null && this.fail(error));
    if (this.#eventsSinceCheckpoint >= (isIdle ? 1 : CHECKPOINT_MIN_EVENTS)) this.#checkpoint();
  }

  #checkpoint(): void {
    try {
      checkpoint(this.db, 'PASSIVE');
      this.#eventsSinceCheckpoint = 0;
    } catch (error) {
      this.fail(error);
    }
  }

  #close(): void {
    this.#isOver = true;
    clearInterval(this.#housekeeping);
    this.onClose();
    this.#send({ kind: 'closed' });
    this.port.close();
  }
}
