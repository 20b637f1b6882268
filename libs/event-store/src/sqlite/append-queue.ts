import type { Revision, StreamName } from '@verbatim/domain';
import { encodeAppend } from '../append-limits.js';
import type { AppendOutcome, EventToAppend, ExpectedRevision, RecordedEvent } from '../event-store.js';
import { positionOfRow } from '../subscription/position.js';
import { hexOfUuid } from '../uuid-hex.js';
import { NUMBERS_PER_OUTCOME, OUTCOME, type AppendJob, type Outcomes } from './log-messages.js';

/** Events that may wait for the writer; one append more is refused. */
const WAITING_MAX_EVENTS = 100_000;
const WAITING_MAX_BYTES = 128 * 1_024 * 1_024;

/** Answered appends are cut off this many at a time, so that a long queue is not copied for each. */
const CUT_OFF_AT = 4_096;

const UNAVAILABLE: AppendOutcome = { outcome: 'refused', reason: 'unavailable' };
const LOG_FULL: AppendOutcome = { outcome: 'refused', reason: 'log-full' };

type Waiting = {
  readonly streamName: StreamName;
  readonly events: readonly EventToAppend[];
  readonly bytes: number;
  readonly resolve: (outcome: AppendOutcome) => void;
};

export type AppendQueuePort = {
  readonly post: (jobs: readonly AppendJob[]) => void;
  /** An event is durable. Called in log order, before the append resolves. */
  readonly publish: (event: RecordedEvent, bytes: number) => void;
};

const jobOf = (
  streamName: StreamName,
  expected: ExpectedRevision,
  events: readonly EventToAppend[],
): { job: AppendJob; bytes: number } => {
  const { records, bytes } = encodeAppend(events);
  const fields: (string | null)[] = [];
  records.forEach(({ header, keyId, payload }, index) => {
    const { eventId } = events[index] as EventToAppend;
    fields.push(hexOfUuid(eventId), header, keyId, payload);
  });
  return { job: { streamName, expected, fields }, bytes };
};

/** Appends on their way: posted to the writer once per turn of the event loop, answered in the order they came. */
export class AppendQueue {
  #turn: AppendJob[] = [];
  /** Answered up to `#answered`; the part before it is cut off now and then. */
  #waiting: Waiting[] = [];
  #answered = 0;
  #waitingEvents = 0;
  #waitingBytes = 0;
  #isOpen = true;

  constructor(private readonly port: AppendQueuePort) {}

  append(streamName: StreamName, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendOutcome> {
    const { job, bytes } = jobOf(streamName, expected, events);
    if (!this.#isOpen || this.#isFull(events.length, bytes)) return Promise.resolve(UNAVAILABLE);
    this.#waitingEvents += events.length;
    this.#waitingBytes += bytes;
    this.#turn.push(job);
    if (this.#turn.length === 1) setImmediate(() => this.flush());
    return new Promise((resolve) => this.#waiting.push({ streamName, events, bytes, resolve }));
  }

  flush(): void {
    if (this.#turn.length === 0) return;
    const jobs = this.#turn;
    this.#turn = [];
    this.port.post(jobs);
  }

  /** The writer's word on the oldest appends. */
  settle(outcomes: Outcomes): void {
    for (let at = 0; at < outcomes.length; at += NUMBERS_PER_OUTCOME) {
      const waiting = this.#shift();
      if (waiting === undefined) return;
      const code = outcomes[at] as number;
      const revision = outcomes[at + 1] as number;
      const row = outcomes[at + 2] as number;
      if (code === OUTCOME.appended) this.#publish(waiting, revision, row);
      waiting.resolve(outcomeOf(code, revision, row));
    }
  }

  /** Takes nothing more; what was appended before is still answered. */
  close(): void {
    this.#isOpen = false;
    this.flush();
  }

  /** The writer is gone: nothing will answer. */
  abandon(outcome: AppendOutcome): void {
    this.#isOpen = false;
    this.#turn = [];
    for (let waiting = this.#shift(); waiting !== undefined; waiting = this.#shift()) waiting.resolve(outcome);
  }

  #isFull(events: number, bytes: number): boolean {
    return this.#waitingEvents + events > WAITING_MAX_EVENTS || this.#waitingBytes + bytes > WAITING_MAX_BYTES;
  }

  #shift(): Waiting | undefined {
    const waiting = this.#waiting[this.#answered];
    if (waiting === undefined) return undefined;
    this.#answered += 1;
    this.#waitingEvents -= waiting.events.length;
    this.#waitingBytes -= waiting.bytes;
    if (this.#answered === this.#waiting.length || this.#answered >= CUT_OFF_AT) {
      this.#waiting = this.#waiting.slice(this.#answered);
      this.#answered = 0;
    }
    return waiting;
  }

  #publish({ streamName, events, bytes }: Waiting, lastRevision: number, lastRow: number): void {
    const bytesEach = bytes / events.length;
    events.forEach(({ eventId, event, metadata }, index) => {
      const before = events.length - 1 - index;
      const revision = (lastRevision - before) as Revision;
      const position = positionOfRow(lastRow - before);
      this.port.publish({ eventId, streamName, revision, position, event, metadata }, bytesEach);
    });
  }
}

const outcomeOf = (code: number, revision: number, row: number): AppendOutcome => {
  switch (code) {
    case OUTCOME.appended:
    case OUTCOME.retried:
      return { outcome: 'appended', lastRevision: revision as Revision, lastPosition: positionOfRow(row) };
    case OUTCOME.conflict:
      return { outcome: 'conflict', actualRevision: revision === -1 ? null : (revision as Revision) };
    case OUTCOME.logFull:
      return LOG_FULL;
    default:
      return { outcome: 'unknown', cause: new Error('the log failed while it was written') };
  }
};
