import { setTimeout as wait } from 'node:timers/promises';

/** Counts sends, and lets somebody wait for so many more. */
export class SendCount {
  #count = 0;
  readonly #waiting = new Set<() => void>();

  add(): void {
    this.#count += 1;
    for (const look of this.#waiting) look();
  }

  /** Resolves when so many more were tried. @throws Error when they are not in time */
  async reaches(more: number, maxMs: number): Promise<void> {
    const goal = this.#count + more;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = (): void => {
      if (this.#count >= goal) resolve();
    };
    const timer = setTimeout(() => reject(new Error(`${goal - this.#count} sends of ${more} are missing`)), maxMs);
    this.#waiting.add(look);
    look();
    await promise.finally(() => {
      clearTimeout(timer);
      this.#waiting.delete(look);
    });
  }

  /** An outage of so many seconds is just that. */
  async passes(ms: number): Promise<void> {
    if (ms > 0) await wait(ms);
  }
}
