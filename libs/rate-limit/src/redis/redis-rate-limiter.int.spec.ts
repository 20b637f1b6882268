import { OperatorError, createLogger, createMetrics, pause } from '@verbatim/platform';
import { openRedis, type RedisConnection } from '@verbatim/redis';
import { describeWithEngine, type RunningEngine } from '@verbatim/testing/engines';
import { createMemoryRateLimiter } from '../memory/memory-rate-limiter.js';
import { openRateLimiter, type OpenedRateLimiter } from '../open-rate-limiter.js';
import { rateLimiterContract } from '../rate-limiter.contract.js';
import { RedisRateLimiter } from './redis-rate-limiter.js';

const logger = createLogger({ name: 'spec', level: 'silent' });
/** A busy machine may be slow; what is tried here does not depend on time. */
const PATIENT_MS = 10_000;
const tenAnHour = { count: 10, windowMs: 3_600_000 };

it('a limiter that is neither in memory nor a Redis is refused', async () => {
  await expect(openRateLimiter('sqlite:limits.db')).rejects.toThrow(OperatorError);
});

describeWithEngine('redis', (engine) => {
  let server: RunningEngine;
  let redis: RedisConnection;
  const opened: OpenedRateLimiter[] = [];
  beforeAll(async () => {
    server = await engine.start();
  });
  afterAll(() => server.dispose());
  // A new one for each: that of the test before may still be on its way back.
  beforeEach(async () => {
    redis = await openRedis(server.url, {
      variable: 'PRESENCE_URL',
      use: 'rate-limit',
      logger,
      commandLimitMs: PATIENT_MS,
    });
    await redis.send(['FLUSHALL']);
  });
  afterEach(() => Promise.all([redis, ...opened.splice(0)].map((each) => each.close())));
  const open = async (): Promise<OpenedRateLimiter> => {
    const limiter = await openRateLimiter(server.url, { logger, metrics });
    opened.push(limiter);
    return limiter;
  };
  let metrics = createMetrics({ processMetrics: false });
  beforeEach(() => {
    metrics = createMetrics({ processMetrics: false });
  });
  const allowedOf = async (limiter: OpenedRateLimiter, times: number, key: string): Promise<number> => {
    const decisions = await Promise.all(Array.from({ length: times }, () => limiter.take(key, tenAnHour)));
    return decisions.filter(({ allowed }) => allowed).length;
  };

  /** A limiter whose Redis has the time that the spec says. */
  const limiterAt = (startMs: number) => {
    let nowMs = startMs;
    const own = createMemoryRateLimiter();
    const limiter = new RedisRateLimiter({ redis, own, redisNowMs: () => nowMs, takeLimitMs: PATIENT_MS });
    return { limiter, advanceMs: async (byMs: number): Promise<void> => void (nowMs += byMs) };
  };

  rateLimiterContract('redis', async () => {
    await redis.send(['FLUSHALL']);
    return limiterAt(Date.now());
  });

  it('counts for all processes together', async () => {
    const limiters = await Promise.all([open(), open(), open()]);
    const allowed = await Promise.all(limiters.map((limiter) => allowedOf(limiter, 10, 'login:account:ada')));
    expect(allowed.reduce((sum, each) => sum + each)).toBe(10);
  });

  it('counts what is of one process apart, without asking Redis', async () => {
    const [one, other] = await Promise.all([open(), open()]);
    expect(await allowedOf(one as OpenedRateLimiter, 11, 'message:user:ada')).toBe(10);
    expect(await allowedOf(other as OpenedRateLimiter, 11, 'message:user:ada')).toBe(10);
    expect(await redis.send(['DBSIZE'])).toBe(0);
  });

  it('keeps no names and addresses in Redis, and nothing beyond the window', async () => {
    await allowedOf(await open(), 1, 'login:account:ada@example.org');
    const [key = ''] = (await redis.send(['KEYS', '*'])) as readonly string[];
    expect(key).toMatch(/^verbatim:limit:[\w-]{43}$/);
    expect(Number(await redis.send(['PTTL', key]))).toBeLessThanOrEqual(tenAnHour.windowMs / 10);
  });

  it('blocks nobody for longer than a window when the clock of Redis is set back', async () => {
    const { limiter, advanceMs } = limiterAt(Date.now());
    await limiter.take('login:account:ada', { count: 1, windowMs: 1_000 });
    await advanceMs(-86_400_000);
    const refused = await limiter.take('login:account:ada', { count: 1, windowMs: 1_000 });
    expect(refused).toMatchObject({ allowed: false, retryAfterMs: 1_000 });
  });

  it('counts by itself while Redis is killed, and for all again when it is back', async () => {
    const [one, other] = (await Promise.all([open(), open()])) as [OpenedRateLimiter, OpenedRateLimiter];
    await server.kill();
    expect(await allowedOf(one, 30, 'login:account:ada')).toBe(10);
    expect(await allowedOf(other, 30, 'login:account:ada')).toBe(10);
    expect(await metrics.text()).toContain('verbatim_rate_limit_fallbacks_total 60');
    await server.restart();
    const shared = async (): Promise<boolean> => {
      await one.take('login:account:bob', tenAnHour);
      return Number(await redis.send(['DBSIZE']).catch(() => 0)) > 0;
    };
    while (!(await shared())) await pause(5);
  });

  it('lets a request wait for a Redis that hangs once, and then for none', async () => {
    const limiter = new RedisRateLimiter({ redis, own: createMemoryRateLimiter() });
    await limiter.take('login:everyone:', tenAnHour);
    server.pause();
    expect(await allowedOf(limiter, 100, 'login:everyone:')).toBe(10);
    const inMemory = await Promise.race([
      allowedOf(limiter, 100, 'login:account:bob'),
      new Promise<string>((resolve) => setImmediate(() => resolve('waited'))),
    ]);
    server.resume();
    expect(inMemory).toBe(10);
  });
});
