import type { Runtime, Timer } from './runtime.js';

/** Time that passes only when told to. `random` gives the numbers in turn, the last one for ever. */
export class ManualRuntime implements Runtime {
  private nowMs = 0;
  private lastId = 0;
  private readonly timers = new Map<number, { readonly atMs: number; readonly run: () => void }>();

  constructor(private readonly randoms: readonly number[] = [0.5]) {}
  private drawn = 0;

  wallMs(): number {
    return 1_767_225_600_000 + this.nowMs;
  }
  monotonicMs(): number {
    return this.nowMs;
  }
  random(): number {
    const number = this.randoms[Math.min(this.drawn, this.randoms.length - 1)] ?? 0;
    this.drawn += 1;
    return number;
  }
  randomBytes(count: number): Uint8Array {
    return crypto.getRandomValues(new Uint8Array(count));
  }
  after(delayMs: number, run: () => void): Timer {
    this.lastId += 1;
    const id = this.lastId;
    this.timers.set(id, { atMs: this.nowMs + delayMs, run });
    return { cancel: () => void this.timers.delete(id) };
  }

  /** Delays of the timers that wait, shortest first. */
  get waitsMs(): readonly number[] {
    return [...this.timers.values()].map(({ atMs }) => atMs - this.nowMs).sort((a, b) => a - b);
  }

  /** Runs every timer that is due within the time, in order, and lets promises settle after each. */
  async advance(ms: number): Promise<void> {
    await settled();
    const endMs = this.nowMs + ms;
    for (let next = this.due(endMs); next; next = this.due(endMs)) {
      const [id, timer] = next;
      this.nowMs = Math.max(this.nowMs, timer.atMs);
      this.timers.delete(id);
      timer.run();
      await settled();
    }
    this.nowMs = endMs;
    await settled();
  }

  private due(endMs: number) {
    return [...this.timers].filter(([, { atMs }]) => atMs <= endMs).sort(([, a], [, b]) => a.atMs - b.atMs)[0];
  }
}

/** Lets everything that waits for nothing but promises go on. */
export const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
