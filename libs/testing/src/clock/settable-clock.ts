import type { Clock } from '@verbatim/platform';

/** A clock that moves only when a spec moves it. */
export type SettableClock = Clock & {
  readonly setMs: (nowMs: number) => void;
  readonly advanceMs: (byMs: number) => void;
};

/** @param start ISO-8601 instant */
export const settableClock = (start = '2026-01-01T10:00:00.000Z'): SettableClock => {
  let nowMs = Date.parse(start);
  return {
    nowMs: () => nowMs,
    nowIso: () => new Date(nowMs).toISOString(),
    setMs: (ms) => {
      nowMs = ms;
    },
    advanceMs: (byMs) => {
      nowMs += byMs;
    },
  };
};
