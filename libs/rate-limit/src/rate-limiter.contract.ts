import type { RateLimiter } from './rate-limiter.js';

export type RateLimiterUnderTest = {
  readonly limiter: RateLimiter;
  readonly advanceMs: (byMs: number) => Promise<void>;
};

/** What every adapter promises; `open` gives one that has counted nothing, with a clock of its own. */
export const rateLimiterContract = (adapter: string, open: () => Promise<RateLimiterUnderTest>): void =>
  describe(`RateLimiter contract: ${adapter}`, () => {
    const tenASecond = { count: 10, windowMs: 1_000 };
    let limiter: RateLimiter;
    let advanceMs: (byMs: number) => Promise<void>;
    beforeEach(async () => {
      ({ limiter, advanceMs } = await open());
    });
    const takeTimes = async (times: number, key = 'ada'): Promise<boolean[]> => {
      const allowed: boolean[] = [];
      for (let time = 0; time < times; time += 1) allowed.push((await limiter.take(key, tenASecond)).allowed);
      return allowed;
    };

    it('allows the count at once and refuses the next', async () => {
      expect(await takeTimes(11)).toEqual([...Array<boolean>(10).fill(true), false]);
    });
    it('counts down what remains', async () => {
      const first = await limiter.take('ada', tenASecond);
      expect(first).toEqual({ allowed: true, retryAfterMs: 0, remaining: 9, limit: 10, resetMs: 100 });
      expect((await limiter.take('ada', tenASecond, 9)).remaining).toBe(0);
    });
    it('says how long to wait, not a millisecond too long', async () => {
      await takeTimes(10);
      const refused = await limiter.take('ada', tenASecond);
      expect(refused).toMatchObject({ allowed: false, retryAfterMs: 100, remaining: 0, resetMs: 1_000 });
      await advanceMs(99);
      expect(await takeTimes(1)).toEqual([false]);
      await advanceMs(1);
      expect(await takeTimes(2)).toEqual([true, false]);
    });
    it('gives everything back after the window', async () => {
      await takeTimes(10);
      await advanceMs(1_000);
      expect(await takeTimes(11)).toEqual([...Array<boolean>(10).fill(true), false]);
    });
    it('saves nothing up beyond the count', async () => {
      await advanceMs(60_000);
      expect((await takeTimes(30)).filter(Boolean)).toHaveLength(10);
    });
    it('lets refused uses cost nothing', async () => {
      await takeTimes(200);
      await advanceMs(100);
      expect(await takeTimes(1)).toEqual([true]);
    });
    it('takes all of a cost or nothing', async () => {
      await takeTimes(6);
      expect((await limiter.take('ada', tenASecond, 5)).allowed).toBe(false);
      expect((await limiter.take('ada', tenASecond, 4)).allowed).toBe(true);
    });
    it('never allows a cost above the count', async () => {
      expect((await limiter.take('ada', tenASecond, 11)).allowed).toBe(false);
      await advanceMs(60_000);
      expect((await limiter.take('ada', tenASecond, 11)).allowed).toBe(false);
    });
    it('counts keys apart', async () => {
      await takeTimes(10, 'ada');
      expect(await takeTimes(1, 'bob')).toEqual([true]);
    });
    it('allows exactly the count of many at once', async () => {
      const decisions = await Promise.all(Array.from({ length: 50 }, () => limiter.take('ada', tenASecond)));
      expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(10);
    });
    it('counts without drift where the window does not divide evenly', async () => {
      const sevenASecond = { count: 7, windowMs: 1_000 };
      let allowed = 0;
      for (let ms = 0; ms < 10_000; ms += 1) {
        if ((await limiter.take('ada', sevenASecond)).allowed) allowed += 1;
        await advanceMs(1);
      }
      expect(allowed).toBe(7 + 69); // the burst, then 7 a second up to 9.999 s
    });
  });
