import { join } from 'node:path';
import { conversationStream, type StreamName, type UserId } from '@verbatim/domain';
import {
  codec,
  openSqliteEventStore,
  type EventId,
  type EventStore,
  type ExpectedRevision,
  type Position,
} from '@verbatim/event-store';
import { uuidV7 } from '@verbatim/platform';
import { BareLog, type BareRecord } from './bare-log.js';
import { newConversationId, sampleMessage } from './sample-events.js';

export const BATCHES = [1, 10, 100, 1_000] as const;
const STREAMS = 1_000;
/** One append takes 256 at most. */
const APPEND_EVENTS = 250;
const SLICES = 10;
const REPLAYS = 3;
const REPLAY_PAGE_EVENTS = 1_000;

export type Rate = {
  /** Durable events a second. */
  readonly perSecond: number;
  /** Of all threads of the process, for one event. */
  readonly cpuMicros: number;
};
export type AppendRates = {
  readonly batch: number;
  /** So many inserts in one commit of the bare log. */
  readonly bare: Rate;
  /** So many appends of one event, each to another stream, waiting at a time. */
  readonly appends: Rate;
  /** So many events in one append (several above 250). */
  readonly oneAppend: Rate;
};
export type LogBenchOptions = {
  readonly directory: string;
  readonly rounds: number;
  readonly appendMs: number;
  readonly replayEvents: number;
};
export type LogBenchResult = {
  readonly eventBytes: number;
  readonly rounds: readonly (readonly AppendRates[])[];
  /** Events a second: with hash and link checked, and parsed only. */
  readonly replay: { readonly events: number; readonly port: Rate; readonly bare: Rate };
};

/** Made once: what it costs to make a message is no cost of the log. */
const SAMPLE = sampleMessage(uuidV7() as UserId, 0);

/** Events done and what they took. */
class Tally {
  #events = 0;
  #ms = 0;
  #cpuMicros = 0;

  /** Repeats work for a while, once at least. */
  async add(durationMs: number, work: () => Promise<number> | number): Promise<void> {
    const startedAtMs = performance.now();
    const cpuBefore = process.cpuUsage();
    let elapsedMs = 0;
    do {
      this.#events += await work();
      elapsedMs = performance.now() - startedAtMs;
    } while (elapsedMs < durationMs);
    const { user, system } = process.cpuUsage(cpuBefore);
    this.#ms += elapsedMs;
    this.#cpuMicros += user + system;
  }

  rate(): Rate {
    return { perSecond: (this.#events / this.#ms) * 1_000, cpuMicros: this.#cpuMicros / this.#events };
  }
}

/** Appends through the port, with the revisions that a writer would know. */
class PortLog {
  readonly #streams = Array.from({ length: STREAMS }, () => conversationStream(newConversationId()));
  readonly #expected = new Map<StreamName, ExpectedRevision>();
  #next = 0;

  constructor(private readonly store: EventStore) {}

  async appends(batch: number): Promise<number> {
    await Promise.all(Array.from({ length: batch }, () => this.#append(1)));
    return batch;
  }

  async oneAppend(batch: number): Promise<number> {
    const sizes = Array.from({ length: Math.ceil(batch / APPEND_EVENTS) }, () => Math.min(batch, APPEND_EVENTS));
    await Promise.all(sizes.map((size) => this.#append(size)));
    return batch;
  }

  async #append(count: number): Promise<void> {
    const stream = this.#streams[this.#next % STREAMS] as StreamName;
    this.#next += 1;
    const events = Array.from({ length: count }, () => ({ ...SAMPLE, eventId: uuidV7() as EventId }));
    const answer = await this.store.append(stream, this.#expected.get(stream) ?? 'no-stream', events);
    if (answer.outcome !== 'appended') throw new Error(`an append ended as ${answer.outcome}`);
    this.#expected.set(stream, answer.lastRevision);
  }
}

const streamIds = (from: number, batch: number): readonly number[] =>
  Array.from({ length: batch }, (_, index) => (from + index) % STREAMS);

/** The three take turns in short slices: a disk that is slow for a while is slow for all of them. */
const ratesOf = async (
  batch: number,
  port: PortLog,
  bare: BareLog,
  record: BareRecord,
  ms: number,
): Promise<AppendRates> => {
  const tallies = { bare: new Tally(), appends: new Tally(), oneAppend: new Tally() };
  let next = 0;
  const appendBare = (): number => {
    bare.append(streamIds(next, batch), record);
    next += batch;
    return batch;
  };
  for (let slice = 0; slice < SLICES; slice += 1) {
    await tallies.bare.add(ms / SLICES, appendBare);
    await tallies.appends.add(ms / SLICES, () => port.appends(batch));
    await tallies.oneAppend.add(ms / SLICES, () => port.oneAppend(batch));
  }
  const { bare: bareTally, appends, oneAppend } = tallies;
  return { batch, bare: bareTally.rate(), appends: appends.rate(), oneAppend: oneAppend.rate() };
};

const replayPort = async (store: EventStore, eventsMax: number): Promise<number> => {
  let events = 0;
  let after: Position | null = null;
  while (events < eventsMax) {
    const slice = await store.readAll({ after, maxCount: REPLAY_PAGE_EVENTS });
    events += slice.events.length;
    after = slice.scannedTo;
    if (slice.isAtHead) break;
  }
  return events;
};

const openStore = (directory: string): Promise<EventStore> =>
  openSqliteEventStore({
    file: join(directory, 'port.db'),
    onFatal: (error) => {
      throw error;
    },
  });

/** A store that was just opened holds nothing in memory: everything comes from the file. */
const replayBoth = async (directory: string, bare: BareLog, events: number): Promise<{ port: Rate; bare: Rate }> => {
  const store = await openStore(directory);
  const tallies = { port: new Tally(), bare: new Tally() };
  for (let turn = 0; turn < REPLAYS; turn += 1) {
    await tallies.port.add(0, () => replayPort(store, events));
    await tallies.bare.add(0, () => bare.replay(events));
  }
  await store.close();
  return { port: tallies.port.rate(), bare: tallies.bare.rate() };
};

/** Appends in turns to both logs, then replays both. */
export const runLogBench = async ({
  directory,
  rounds,
  appendMs,
  replayEvents,
}: LogBenchOptions): Promise<LogBenchResult> => {
  const { header, payload } = codec.encode(SAMPLE);
  const record = { header, payload };
  const bare = new BareLog(join(directory, 'bare.db'));
  const store = await openStore(directory);
  const port = new PortLog(store);
  const all: AppendRates[][] = [];
  for (let round = 0; round < rounds; round += 1) {
    const rates: AppendRates[] = [];
    for (const batch of BATCHES) rates.push(await ratesOf(batch, port, bare, record, appendMs));
    all.push(rates);
  }
  for (let events = 0; events < replayEvents; events += APPEND_EVENTS) await port.oneAppend(APPEND_EVENTS);
  await store.close();
  const replay = await replayBoth(directory, bare, replayEvents);
  bare.close();
  const eventBytes = Buffer.byteLength(header) + Buffer.byteLength(payload);
  return { eventBytes, rounds: all, replay: { events: replayEvents, ...replay } };
};
