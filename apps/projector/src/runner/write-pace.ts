/**
 * Time between the starts of two writes while the log grows steadily, ms. A write costs by the pages that it touches, so fewer
 * and larger ones cost less; after a rest the next event is written at once.
 */
const WRITE_PACE_MS = 25;

/** Says when the next write may start. */
export class WritePace {
  #timer: NodeJS.Timeout | null = null;

  /** @param onRested called when a rest is over */
  constructor(private readonly onRested: () => void) {}

  get isResting(): boolean {
    return this.#timer !== null;
  }

  /** A write starts now. */
  start(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.onRested();
    }, WRITE_PACE_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
