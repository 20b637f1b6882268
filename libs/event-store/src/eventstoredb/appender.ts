import type { EventData } from '@eventstore/db-client';
import type { Revision, StreamName } from '@verbatim/domain';
import { createBoundedCache } from '@verbatim/platform';
import { encodeAppend, type EncodedAppend } from '../append-limits.js';
import { GENESIS_HASH, recordHash, type RecordHash } from '../codec/record-hash.js';
import { DamagedLogError } from '../errors.js';
import type { AppendOutcome, EventToAppend, ExpectedRevision } from '../event-store.js';
import { decideAppend } from '../expected-revision.js';
import { hexOfUuid } from '../uuid-hex.js';
import { callAppend } from './append-call.js';
import { asError, withinTime } from './client-errors.js';
import {
  APPEND_TIMEOUT_MS,
  STREAM_HEADS_MAX,
  UNPLACED_RETRIES_MAX,
  WAITING_MAX_BYTES,
  WAITING_MAX_EVENTS,
} from './limits.js';
import type { SharedClient } from './shared-client.js';
import { StreamLanes } from './stream-lanes.js';
import type { StreamNames } from './stream-names.js';
import type { StreamReader } from './stream-reader.js';
import { toServerEvent, type StoredRecord } from './stored-record.js';

type StreamHead = { readonly revision: number; readonly hash: RecordHash };
type Batch = { readonly events: readonly EventToAppend[]; readonly encoded: EncodedAppend };

const NO_HEAD: StreamHead = { revision: -1, hash: GENESIS_HASH };
const REFUSED: AppendOutcome = { outcome: 'refused', reason: 'unavailable' };

/**
 * Appends at exact revisions, each record chained to the one before it. The hash of a stream's head is remembered; whatever was
 * not answered with success forgets it.
 */
export class Appender {
  readonly #heads = createBoundedCache<StreamName, StreamHead>({ entriesMax: STREAM_HEADS_MAX });
  readonly #lanes = new StreamLanes();
  #waitingEvents = 0;
  #waitingBytes = 0;
  #isOpen = true;

  constructor(
    private readonly shared: SharedClient,
    private readonly names: StreamNames,
    private readonly reader: StreamReader,
  ) {}

  async append(
    stream: StreamName,
    expected: ExpectedRevision,
    events: readonly EventToAppend[],
  ): Promise<AppendOutcome> {
    const encoded = encodeAppend(events);
    const { bytes } = encoded;
    const isFull =
      this.#waitingEvents + events.length > WAITING_MAX_EVENTS || this.#waitingBytes + bytes > WAITING_MAX_BYTES;
    if (!this.#isOpen || isFull) return REFUSED;
    this.#waitingEvents += events.length;
    this.#waitingBytes += bytes;
    const running = this.#lanes.run(stream, () => this.#decideAndAppend(stream, expected, { events, encoded }));
    const leave = (): void => {
      this.#waitingEvents -= events.length;
      this.#waitingBytes -= bytes;
    };
    running.then(leave, leave);
    // What is late keeps its place before later appends to the stream, and may still go in.
    return withinTime(running, `an append to ${stream}`, APPEND_TIMEOUT_MS).catch(unknownBecause);
  }

  /** Takes nothing more, and waits for the answers to what was taken; each comes within its time. */
  close(): Promise<void> {
    this.#isOpen = false;
    return this.#lanes.settled();
  }

  async #decideAndAppend(stream: StreamName, expected: ExpectedRevision, batch: Batch): Promise<AppendOutcome> {
    if (expected === 'no-stream') return this.#send(stream, NO_HEAD, batch);
    const known = this.#heads.get(stream);
    if (known?.revision === expected) return this.#send(stream, known, batch);
    let outcome: AppendOutcome = REFUSED;
    for (let attempt = 0; attempt <= UNPLACED_RETRIES_MAX; attempt += 1) {
      outcome = await this.#compareAndAppend(stream, expected, batch).catch(unknownBecause);
      if (typeof expected === 'number' || outcome.outcome !== 'conflict') return outcome;
    }
    return outcome;
  }

  /** Looks at the stream first: at its head the batch goes in, behind it perhaps it stands there already. */
  async #compareAndAppend(stream: StreamName, expected: ExpectedRevision, batch: Batch): Promise<AppendOutcome> {
    const count = batch.events.length;
    const tail = await this.reader.tail(stream, count);
    const head = tail.at(-1)?.revision ?? null;
    const standing = typeof expected === 'number' ? await this.reader.records(stream, expected + 1, count) : tail;
    const decision = decideAppend(expected, head, count, (from) => isBatch(standing, from, batch.events));
    if (decision.kind === 'conflict') return { outcome: 'conflict', actualRevision: head as Revision | null };
    if (decision.kind === 'append') return this.#send(stream, tail.at(-1) ?? NO_HEAD, batch);
    const last = standing.find(({ revision }) => revision === decision.fromRevision + count - 1) as StoredRecord;
    return { outcome: 'appended', lastRevision: last.revision as Revision, lastPosition: last.position };
  }

  async #send(stream: StreamName, before: StreamHead, { events, encoded }: Batch): Promise<AppendOutcome> {
    const chained: EventData[] = [];
    let { revision, hash } = before;
    events.forEach(({ eventId, event }, index) => {
      const record = encoded.records[index] as (typeof encoded.records)[number];
      const previousHash = hash;
      revision += 1;
      hash = recordHash(previousHash, { ...record, streamName: stream, revision, eventIdHex: hexOfUuid(eventId) });
      chained.push(toServerEvent(eventId, event.type, record, { previousHash, hash }));
    });
    const outcome = await callAppend(this.shared, this.names.onServer(stream), before.revision, chained);
    // At no-stream nobody can tell a batch that stood there already, perhaps with other bytes, from one that went in.
    if (outcome.outcome === 'appended' && before.revision >= 0) this.#heads.set(stream, { revision, hash });
    else this.#heads.delete(stream);
    return outcome;
  }
}

const isBatch = (standing: readonly StoredRecord[], from: number, events: readonly EventToAppend[]): boolean => {
  const first = standing.findIndex(({ revision }) => revision === from);
  return first !== -1 && events.every(({ eventId }, index) => standing[first + index]?.eventId === eventId);
};

/** Perhaps nothing was sent, but that is of no use to anybody: the same batch again is right either way. */
const unknownBecause = (error: unknown): AppendOutcome => {
  if (error instanceof DamagedLogError) throw error;
  return { outcome: 'unknown', cause: asError(error) };
};
