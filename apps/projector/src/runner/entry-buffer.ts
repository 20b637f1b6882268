import type { LogEntry } from './log-entry.js';

/** Entries on their way from the log to the store: those that wait to be folded, and batches that are folded or written. */
export class EntryBuffer {
  #waiting: LogEntry[] = [];
  /** Oldest first. */
  readonly #inHand: (readonly LogEntry[])[] = [];
  #makeRoom: (() => void) | null = null;

  /** @param batchMaxEvents entries that wait at most, but for the rest of the page that fills it */
  constructor(private readonly batchMaxEvents: number) {}

  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  get isFull(): boolean {
    return this.#waiting.length >= this.batchMaxEvents;
  }

  /** Entries added and not yet released. */
  get size(): number {
    return this.#inHand.reduce((sum, entries) => sum + entries.length, this.#waiting.length);
  }

  get oldest(): LogEntry | null {
    return this.#inHand[0]?.[0] ?? this.#waiting[0] ?? null;
  }

  /** What it returns is to be awaited before more is added. */
  add(entries: readonly LogEntry[]): Promise<void> | void {
    for (const entry of entries) this.#waiting.push(entry);
    if (!this.isFull) return;
    return new Promise((resolve) => {
      this.#makeRoom = resolve;
    });
  }

  /** The next batch. */
  take(): readonly LogEntry[] {
    const entries = this.#waiting.slice(0, this.batchMaxEvents);
    this.#waiting = this.#waiting.slice(entries.length);
    this.#inHand.push(entries);
    this.letIn();
    return entries;
  }

  /** The oldest batch is done with. */
  release(): void {
    this.#inHand.shift();
  }

  /** Ends the wait of whoever adds. */
  letIn(): void {
    this.#makeRoom?.();
    this.#makeRoom = null;
  }
}
