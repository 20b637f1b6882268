import { firstVisible, retentionOf, type StreamRetention } from './stream-retention.js';
import { metastreamOf, type LogEntry, type ProposedEvent, type StoredEvent } from './stored-event.js';

/** What stands around an event in the log file of a real server, about, bytes: positions are sparse, so that nobody counts with them. */
const RECORD_OVERHEAD_BYTES = 64n;
const FIRST_POSITION = 1_024n;
const TOMBSTONE_TYPE = '$streamDeleted';
const NOTHING = new Uint8Array();

/** All events in memory, in order and by stream. Those from `durableCount` on are staged: nobody may see them yet. */
export class EventIndex {
  readonly all: StoredEvent[] = [];
  durableCount = 0;
  readonly #streams = new Map<string, StoredEvent[]>();
  readonly #byId = new Map<string, StoredEvent>();
  readonly #tombstones = new Set<string>();
  #nextPosition = FIRST_POSITION;

  apply(entry: LogEntry): StoredEvent {
    if (entry.kind === 'append') return this.#append(entry.stream, entry.events, entry.createdMs);
    this.#tombstones.add(entry.stream);
    const marker = { id: entry.eventId, type: TOMBSTONE_TYPE, contentType: '', data: NOTHING, metadata: NOTHING };
    return this.#append(entry.stream, [marker], entry.createdMs);
  }

  /** Also what is staged; for decisions. */
  everythingIn(stream: string): readonly StoredEvent[] {
    return this.#streams.get(stream) ?? [];
  }

  byId(eventId: string): StoredEvent | undefined {
    return this.#byId.get(eventId);
  }

  isTombstoned(stream: string): boolean {
    return this.#tombstones.has(stream);
  }

  retention(stream: string): StreamRetention {
    return retentionOf(this.everythingIn(metastreamOf(stream)).at(-1));
  }

  /** What a read of the stream shows; null when there is none. */
  visible(stream: string): readonly StoredEvent[] | null {
    const events = this.everythingIn(stream);
    let durable = events.length;
    while (durable > 0 && (events[durable - 1] as StoredEvent).index >= this.durableCount) durable -= 1;
    const first = firstVisible(this.retention(stream), durable);
    return first >= durable ? null : events.slice(first, durable);
  }

  /** The index in `$all` of the first durable event at or behind a position. */
  seek(position: bigint): number {
    let low = 0;
    let high = this.durableCount;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.all[middle] as StoredEvent).position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Alters what is stored, as a failing disk would. */
  tamper(stream: string, revision: number, data: Uint8Array): boolean {
    const event = this.everythingIn(stream)[revision];
    if (event === undefined) return false;
    const tampered = { ...event, data };
    (this.#streams.get(stream) as StoredEvent[])[revision] = tampered;
    this.all[event.index] = tampered;
    return true;
  }

  #append(stream: string, proposed: readonly ProposedEvent[], createdMs: number): StoredEvent {
    const events = this.#streams.get(stream) ?? [];
    this.#streams.set(stream, events);
    let last: StoredEvent | undefined;
    for (const each of proposed) {
      last = {
        ...each,
        stream,
        revision: events.length,
        position: this.#nextPosition,
        index: this.all.length,
        createdMs,
      };
      this.#nextPosition += RECORD_OVERHEAD_BYTES + BigInt(stream.length + each.data.length + each.metadata.length);
      events.push(last);
      this.all.push(last);
      this.#byId.set(last.id, last);
    }
    return last as StoredEvent;
  }
}
