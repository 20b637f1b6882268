export type Backoff = { /** Delay bound of the first retry. */ readonly baseMs: number; readonly capMs: number };

/** Full jitter: uniform in [0, min(cap, base · 2^attempt)), `attempt` from 0. Spreads the retries of many clients evenly. */
export const fullJitterMs = ({ baseMs, capMs }: Backoff, attempt: number, random: () => number = Math.random): number =>
  Math.floor(random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30)));

/** Resolves after `ms`, or at once when the signal aborts. Does not keep the process alive. */
export const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    timer.unref();
    signal?.addEventListener('abort', done, { once: true });
  });
