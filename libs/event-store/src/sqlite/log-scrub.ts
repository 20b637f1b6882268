import type { LogVerifier } from './log-verifier.js';

/** Rows of one slice, and the pause after it: about 0.2 ms of every 5 ms, and some 6,000 records a second. */
const SLICE_ROWS = 32;
const PAUSE_MS = 5;

/** Walks the part of the log that the start did not check, slice by slice, out of the way of appends. */
export class LogScrub {
  #row = 0;
  #timer: NodeJS.Timeout | null = null;

  /** @param lastRow where the part ends that the start has checked @param onDamage called once, with what was found */
  constructor(
    private readonly verifier: LogVerifier,
    private readonly lastRow: number,
    private readonly onDamage: (error: unknown) => void,
  ) {}

  start(): void {
    if (this.#row >= this.lastRow) return;
    this.#timer = setTimeout(() => this.#slice(), PAUSE_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #slice(): void {
    try {
      this.verifier.checkAfter(this.#row, this.lastRow, SLICE_ROWS);
      this.#row = Math.min(this.lastRow, this.#row + SLICE_ROWS);
      this.start();
    } catch (error) {
      this.onDamage(error);
    }
  }
}
