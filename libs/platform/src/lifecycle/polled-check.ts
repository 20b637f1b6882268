import { pause } from '../concurrency/backoff.js';

export type PolledCheckOptions = {
  /** Rejects, or takes too long, when what it asks does not work. */
  readonly probe: () => Promise<unknown>;
  readonly everyMs?: number;
  readonly timeoutMs?: number;
};

const EVERY_MS = 2_000;
const TIMEOUT_MS = 1_500;

/** A condition of readiness that is asked for now and then, so that nobody who wants to know it has to wait. */
export class PolledCheck {
  #result = 'not asked yet';
  readonly #stopping = new AbortController();

  constructor(private readonly options: PolledCheckOptions) {}

  /** `ok`, or that it does not answer. */
  get result(): string {
    return this.#result;
  }

  /** Resolves when it was asked once. */
  async start(): Promise<void> {
    await this.#ask();
    void this.#goOn();
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #goOn(): Promise<void> {
    const { signal } = this.#stopping;
    for (;;) {
      await pause(this.options.everyMs ?? EVERY_MS, signal);
      if (signal.aborted) return;
      await this.#ask();
    }
  }

  async #ask(): Promise<void> {
    const late = pause(this.options.timeoutMs ?? TIMEOUT_MS).then(() => 'does not answer');
    const answer = this.options.probe().then(
      () => 'ok',
      () => 'does not answer',
    );
    this.#result = await Promise.race([late, answer]);
  }
}
