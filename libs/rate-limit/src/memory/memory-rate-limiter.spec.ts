import { createMemoryRateLimiter } from './memory-rate-limiter.js';
import { rateLimiterContract } from '../rate-limiter.contract.js';

const at = (start = 5_000): { nowMs: () => number; advance: (byMs: number) => void } => {
  let now = start;
  return {
    nowMs: () => now,
    advance: (byMs) => {
      now += byMs;
    },
  };
};

rateLimiterContract('memory', async () => {
  const { nowMs, advance } = at();
  return { limiter: createMemoryRateLimiter({ nowMs }), advanceMs: async (byMs) => advance(byMs) };
});

describe('a full table', () => {
  const limit = { count: 10, windowMs: 1_000 };

  it('never grows beyond its bound', () => {
    const limiter = createMemoryRateLimiter({ keysMax: 100, nowMs: at().nowMs });
    for (let key = 0; key < 10_000; key += 1) limiter.takeNow(`k${key}`, limit);
    expect(limiter.keys()).toBeLessThanOrEqual(100);
    expect(limiter.keys()).toBeGreaterThanOrEqual(90);
  });
  it('does not give a key at its limit a new start, however many keys are thrown at it', () => {
    const limiter = createMemoryRateLimiter({ keysMax: 100, nowMs: at().nowMs });
    for (let use = 0; use < 10; use += 1) limiter.takeNow('hot', limit);
    for (let key = 0; key < 100_000; key += 1) limiter.takeNow(`k${key}`, limit);
    expect(limiter.takeNow('hot', limit).allowed).toBe(false);
  });
  it('still limits a newcomer', () => {
    const limiter = createMemoryRateLimiter({ keysMax: 100, nowMs: at().nowMs });
    for (let key = 0; key < 1_000; key += 1) limiter.takeNow(`k${key}`, limit, 10);
    limiter.takeNow('new', limit, 10);
    expect(limiter.takeNow('new', limit).allowed).toBe(false);
  });
  it('forgets keys whose limit is all there again first', () => {
    const { nowMs, advance } = at();
    const limiter = createMemoryRateLimiter({ keysMax: 100, nowMs });
    for (let key = 0; key < 99; key += 1) limiter.takeNow(`old${key}`, limit);
    advance(150);
    limiter.takeNow('recent', limit);
    limiter.takeNow('newest', limit);
    expect(limiter.keys()).toBe(2);
  });
});
