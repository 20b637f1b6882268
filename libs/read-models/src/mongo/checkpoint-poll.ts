import { pause } from '@verbatim/platform';
import type { Position } from '@verbatim/event-store';
import { CheckpointWatch } from '../checkpoint-watch.js';
import type { ProjectionName } from '../read-models.js';
import { checkpointOf } from './builds-record.js';
import { CHECKPOINT_POLL_INTERVAL_MS } from './mongo-limits.js';
import type { BuildsView } from './records-reader.js';

/** Waits for checkpoints that other processes write: one look for all who wait, and none while nobody does. */
export class CheckpointPoll {
  readonly #watch = new CheckpointWatch();
  readonly #closed = new AbortController();
  #isLooking = false;

  /** @param look reads the checkpoints and hands them to `tell` */
  constructor(private readonly look: () => Promise<unknown>) {}

  /** What somebody has just read. */
  tell(view: BuildsView): void {
    for (const { _id: projection, active } of view.all) this.#watch.set(projection, checkpointOf(active));
    this.#watch.wake();
  }

  async wait(projections: readonly ProjectionName[], position: Position, timeoutMs: number): Promise<boolean> {
    if (timeoutMs <= 0 && !(await this.#watch.wait(projections, position, 0))) await this.look().catch(() => undefined);
    const waiting = this.#watch.wait(projections, position, timeoutMs);
    void this.#poll();
    return waiting;
  }

  get isAwaited(): boolean {
    return this.#watch.isAwaited;
  }

  close(): void {
    this.#closed.abort();
    this.#watch.close();
  }

  async #poll(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    while (this.#watch.isAwaited && !this.#closed.signal.aborted) {
      // Who waits gives up after his time; until then the database may come back.
      await this.look().catch(() => undefined);
      if (this.#watch.isAwaited) await pause(CHECKPOINT_POLL_INTERVAL_MS, this.#closed.signal);
    }
    this.#isLooking = false;
  }
}
