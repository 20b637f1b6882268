import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { decideAppend } from './append-decision.js';
import { EventIndex } from './event-index.js';
import { LogFile } from './log-file.js';
import { SOFT_DELETION, truncationBefore } from './stream-retention.js';
import {
  metastreamOf,
  type ExpectedRevision,
  type LogEntry,
  type ProposedEvent,
  type WriteOutcome,
} from './stored-event.js';

type Write = { readonly stage: () => Staged; readonly resolve: (outcome: WriteOutcome) => void };
type Staged = { readonly outcome: WriteOutcome; readonly entries: readonly LogEntry[] };

const DELETED: Staged = { outcome: { kind: 'deleted' }, entries: [] };
const JSON_CONTENT = 'application/json';

const metadataEvent = (data: Uint8Array): ProposedEvent => ({
  id: randomUUID(),
  type: '$metadata',
  contentType: JSON_CONTENT,
  data,
  metadata: new Uint8Array(),
});

/**
 * The log: decides on writes in the order they came, makes what waits durable with one sync, and only then shows and
 * answers it. Emits `grown` when there is more to read.
 */
export class EventLog extends EventEmitter {
  readonly index = new EventIndex();
  #waiting: Write[] = [];
  #isWriting = false;

  private constructor(private readonly file: LogFile) {
    super();
    this.setMaxListeners(0);
    for (const entry of file.entries) this.index.apply(entry);
    this.index.durableCount = this.index.all.length;
  }

  static async open(directory: string): Promise<EventLog> {
    const log = new EventLog(await LogFile.open(directory));
    // A server's log is never empty: it begins with events of the system.
    if (log.index.durableCount === 0)
      await log.append('$users', 'any', [{ ...metadataEvent(SYSTEM_USER), type: '$User' }]);
    return log;
  }

  append(stream: string, expected: ExpectedRevision, events: readonly ProposedEvent[]): Promise<WriteOutcome> {
    return this.#write(() => this.#stageAppend(stream, expected, events));
  }

  /** Hides what the stream has; what is appended later goes on behind it. */
  deleteStream(stream: string, expected: ExpectedRevision): Promise<WriteOutcome> {
    return this.#write(() => {
      const refused = this.#refusal(stream, expected);
      if (refused !== null) return refused;
      return this.#staged({
        kind: 'append',
        stream: metastreamOf(stream),
        events: [metadataEvent(SOFT_DELETION)],
        createdMs: Date.now(),
      });
    });
  }

  tombstoneStream(stream: string, expected: ExpectedRevision): Promise<WriteOutcome> {
    return this.#write(
      () =>
        this.#refusal(stream, expected) ??
        this.#staged({ kind: 'tombstone', stream, eventId: randomUUID(), createdMs: Date.now() }),
    );
  }

  close(): Promise<void> {
    return this.file.close();
  }

  #write(stage: Write['stage']): Promise<WriteOutcome> {
    return new Promise((resolve) => {
      this.#waiting.push({ stage, resolve });
      if (!this.#isWriting) void this.#commitAll();
    });
  }

  async #commitAll(): Promise<void> {
    this.#isWriting = true;
    await Promise.resolve(); // what is written in the same turn shares the sync
    while (this.#waiting.length > 0) {
      const writes = this.#waiting.splice(0);
      const staged = writes.map(({ stage }) => stage());
      const entries = staged.flatMap((each) => each.entries);
      if (entries.length > 0) await this.file.write(entries);
      this.index.durableCount = this.index.all.length;
      this.emit('grown');
      writes.forEach(({ resolve }, at) => resolve((staged[at] as Staged).outcome));
    }
    this.#isWriting = false;
  }

  #stageAppend(stream: string, expected: ExpectedRevision, proposed: readonly ProposedEvent[]): Staged {
    if (this.index.isTombstoned(stream)) return DELETED;
    const events = this.index.everythingIn(stream);
    const isSoftDeleted = events.length > 0 && this.index.retention(stream).isDeleted;
    const byId = (id: string) => this.index.byId(id);
    const decision = decideAppend({ events, isSoftDeleted, byId }, stream, expected, proposed);
    if (decision.kind === 'wrong-revision')
      return {
        outcome: { kind: 'wrong-revision', actual: events.length === 0 ? null : events.length - 1 },
        entries: [],
      };
    if (decision.kind === 'idempotent') {
      const { revision, position } = decision.last;
      return { outcome: { kind: 'written', revision, position }, entries: [] };
    }
    const createdMs = Date.now();
    const entry: LogEntry = { kind: 'append', stream, events: proposed, createdMs };
    if (!isSoftDeleted) return this.#staged(entry);
    const shown = [metadataEvent(truncationBefore(events.length))];
    return this.#staged(entry, { kind: 'append', stream: metastreamOf(stream), events: shown, createdMs });
  }

  #refusal(stream: string, expected: ExpectedRevision): Staged | null {
    if (this.index.isTombstoned(stream)) return DELETED;
    const actual = this.index.everythingIn(stream).length - 1;
    const isExpected =
      expected === 'any' ||
      (expected === 'stream-exists' ? actual >= 0 : actual === (expected === 'no-stream' ? -1 : expected));
    return isExpected ? null : { outcome: { kind: 'wrong-revision', actual: actual < 0 ? null : actual }, entries: [] };
  }

  #staged(...entries: readonly LogEntry[]): Staged {
    const [{ revision, position } = { revision: 0, position: 0n }] = entries.map((entry) => this.index.apply(entry));
    return { outcome: { kind: 'written', revision, position }, entries };
  }
}

const SYSTEM_USER = Buffer.from('"admin"');
