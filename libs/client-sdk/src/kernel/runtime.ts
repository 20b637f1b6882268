/** A timer that has been set. Cancelling one that has fired does nothing. */
export type Timer = { cancel(): void };

/** Time and chance, injected so that a spec decides both. */
export interface Runtime {
  /** Wall clock, ms since 1970. Only for token expiry and the time inside ids; never for order. */
  wallMs(): number;
  /** Monotonic clock in ms, from an arbitrary zero. */
  monotonicMs(): number;
  after(delayMs: number, run: () => void): Timer;
  /** Uniform in [0, 1). */
  random(): number;
  randomBytes(count: number): Uint8Array;
}

/** `setTimeout` fires at once when it is given more than 2^31 - 1 ms. */
const TIMER_MAX_MS = 2_147_483_647;

export const systemRuntime: Runtime = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, run) => {
    const handle = setTimeout(run, Math.min(Math.max(0, delayMs), TIMER_MAX_MS));
    return { cancel: () => clearTimeout(handle) };
  },
  random: () => Math.random(),
  randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
};

/** Resolves after `delayMs`. */
export const pause = (runtime: Runtime, delayMs: number): Promise<void> =>
  new Promise((resolve) => void runtime.after(delayMs, resolve));
