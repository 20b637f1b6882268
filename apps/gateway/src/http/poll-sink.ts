import type { CloseReason } from '@verbatim/protocol';
import type { Outgoing } from '../delivery/outgoing.js';
import type { Sink } from '../delivery/subscriber.js';

/** Collects pushes until the poll is answered. */
export class PollSink implements Sink {
  readonly pushes: Outgoing[] = [];
  #wake: (() => void) | null = null;
  #isOver = false;

  constructor(private readonly pushesMax: number) {}

  write(push: Outgoing): void {
    if (this.pushes.length < this.pushesMax) this.pushes.push(push);
    this.#wake?.();
  }

  close(_reason: CloseReason): void {
    this.#isOver = true;
    this.#wake?.();
  }

  /** Resolves at the first push, at the end of the connection, or when the time is over. */
  first(timeoutMs: number): Promise<void> {
    if (this.pushes.length > 0 || this.#isOver || timeoutMs === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake?.(), timeoutMs);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
    });
  }
}
