import type { RecordedEvent } from '../event-store.js';

export type RecentEventsLimits = {
  /** A power of two. */
  readonly recentMaxEvents: number;
  readonly recentMaxBytes: number;
};

/**
 * The newest events of the log, in memory: whoever follows the log closely reads them without touching the store.
 * A ring over row numbers; the oldest leave when there are too many events or bytes.
 */
export class RecentEvents {
  readonly #events: (RecordedEvent | undefined)[];
  readonly #bytes: number[];
  #bytesHeld = 0;
  #firstRow: number;
  #headRow: number;

  constructor(
    private readonly limits: RecentEventsLimits,
    headRow: number,
  ) {
    this.#events = new Array<RecordedEvent | undefined>(limits.recentMaxEvents);
    this.#bytes = new Array<number>(limits.recentMaxEvents).fill(0);
    this.#headRow = headRow;
    this.#firstRow = headRow + 1;
  }

  /** Row of the newest event; 0 when the log is empty. */
  get headRow(): number {
    return this.#headRow;
  }

  /** @param bytes about what the event weighs in memory */
  push(event: RecordedEvent, bytes: number): void {
    const { recentMaxEvents, recentMaxBytes } = this.limits;
    this.#headRow += 1;
    const slot = this.#headRow % recentMaxEvents;
    if (this.#headRow - this.#firstRow >= recentMaxEvents) this.#dropOldest();
    this.#events[slot] = event;
    this.#bytes[slot] = bytes;
    this.#bytesHeld += bytes;
    while (this.#bytesHeld > recentMaxBytes) this.#dropOldest();
  }

  /** Up to `maxCount` events after a row, or null when they are no longer (all) here. */
  after(row: number, maxCount: number): RecordedEvent[] | null {
    if (row + 1 < this.#firstRow) return null;
    const lastRow = Math.min(this.#headRow, row + maxCount);
    const events: RecordedEvent[] = [];
    for (let next = row + 1; next <= lastRow; next += 1)
      events.push(this.#events[next % this.limits.recentMaxEvents] as RecordedEvent);
    return events;
  }

  #dropOldest(): void {
    const slot = this.#firstRow % this.limits.recentMaxEvents;
    this.#bytesHeld -= this.#bytes[slot] as number;
    this.#events[slot] = undefined;
    this.#bytes[slot] = 0;
    this.#firstRow += 1;
  }
}
