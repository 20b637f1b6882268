import type { Position } from '@verbatim/event-store';
import type { Checkpoint, ProjectionName } from './read-models.js';

/** Waits at one time; one more is answered with false at once, like a wait that timed out. */
const WAITING_MAX = 10_000;

type Waiting = {
  readonly projections: readonly ProjectionName[];
  readonly position: Position;
  readonly settle: (passed: boolean) => void;
};

/** The checkpoints of the active builds, told of every write: whoever waits for one is woken, nobody asks again and again. */
export class CheckpointWatch {
  readonly #positions = new Map<ProjectionName, Position>();
  readonly #waiting = new Set<Waiting>();

  /** The active build of a projection has come this far; null: it has none. */
  set(projection: ProjectionName, checkpoint: Checkpoint | null): void {
    if (checkpoint === null) this.#positions.delete(projection);
    else this.#positions.set(projection, checkpoint.position);
  }

  /** Wakes those whose position has been passed. Once after all of a write's checkpoints are set. */
  wake(): void {
    for (const waiting of this.#waiting)
      if (this.#hasPassed(waiting.projections, waiting.position)) waiting.settle(true);
  }

  wait(projections: readonly ProjectionName[], position: Position, timeoutMs: number): Promise<boolean> {
    if (this.#hasPassed(projections, position)) return Promise.resolve(true);
    if (timeoutMs <= 0 || this.#waiting.size >= WAITING_MAX) return Promise.resolve(false);
    return new Promise((resolve) => {
      const settle = (passed: boolean): void => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
        resolve(passed);
      };
      const waiting: Waiting = { projections, position, settle };
      const timer = setTimeout(() => settle(false), timeoutMs);
      this.#waiting.add(waiting);
    });
  }

  get isAwaited(): boolean {
    return this.#waiting.size > 0;
  }

  /** Every wait ends unfulfilled. */
  close(): void {
    for (const waiting of this.#waiting) waiting.settle(false);
  }

  #hasPassed(projections: readonly ProjectionName[], position: Position): boolean {
    return projections.every((projection) => (this.#positions.get(projection) ?? -1n) >= position);
  }
}
