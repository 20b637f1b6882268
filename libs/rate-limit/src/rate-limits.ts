import { envReader } from '@verbatim/platform';
import type { Env } from '@verbatim/platform';
import type { RateLimit } from './rate-limiter.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** Every limit at scale 1: uses in a window. The part before the colon is the class of `libs/protocol`, behind it whose uses count. */
const limitsAtScaleOne = {
  'registration:address': { count: 300, windowMs: MINUTE_MS },
  'registration:everyone': { count: 3_000, windowMs: MINUTE_MS },
  'login:address': { count: 300, windowMs: MINUTE_MS },
  /** Strangers who try one account; a login from a device that the account knows is not among them. */
  'login:account': { count: 30, windowMs: MINUTE_MS },
  'login:device': { count: 30, windowMs: MINUTE_MS },
  'login:everyone': { count: 6_000, windowMs: MINUTE_MS },
  'refresh:address': { count: 1_200, windowMs: MINUTE_MS },
  'refresh:session': { count: 30, windowMs: MINUTE_MS },
  'lookup:user': { count: 300, windowMs: MINUTE_MS },
  'command:user': { count: 300, windowMs: MINUTE_MS },
  /** A person types a few a second; the rest is for bots and for outboxes that empty. */
  'message:user': { count: 600, windowMs: 10 * SECOND_MS },
  'receipt:user': { count: 600, windowMs: 10 * SECOND_MS },
  'ephemeral:user': { count: 300, windowMs: 10 * SECOND_MS },
  'query:user': { count: 1_200, windowMs: 10 * SECOND_MS },
  'stream:user': { count: 300, windowMs: 10 * SECOND_MS },
  'connect:address': { count: 3_000, windowMs: MINUTE_MS },
  'malformed:connection': { count: 10, windowMs: MINUTE_MS },
} as const satisfies Record<string, RateLimit>;

export type RateLimitName = keyof typeof limitsAtScaleOne;
export type RateLimits = Readonly<Record<RateLimitName, RateLimit>>;

/** What the protocol fixes does not scale: ten malformed frames a minute close a connection wherever it runs. */
const FIXED: readonly RateLimitName[] = ['malformed:connection'];

/**
 * What many connections of a process do many times a second is counted by that process, without a way to Redis: a person is at one
 * gateway, or at a few, and so are the uses. Everything else is counted for the service.
 */
const OF_ONE_PROCESS: ReadonlySet<string> = new Set<RateLimitName>([
  'message:user',
  'receipt:user',
  'ephemeral:user',
  'query:user',
  'stream:user',
  'malformed:connection',
]);

/** @param key `<name>:<whose>` */
export const isOfOneProcess = (key: string): boolean => {
  const [what, whose] = key.split(':', 2);
  return OF_ONE_PROCESS.has(`${what}:${whose}`);
};

/** @param scale multiplies every count (not below 1 use) */
export const rateLimitsOf = (scale: number): RateLimits =>
  Object.fromEntries(
    Object.entries(limitsAtScaleOne).map(([name, { count, windowMs }]) => {
      const scaled = FIXED.includes(name as RateLimitName) ? count : Math.max(1, Math.round(count * scale));
      return [name, { count: scaled, windowMs }];
    }),
  ) as RateLimits;

export const rateLimitConfig = (env: Env): { readonly scale: number; readonly limits: RateLimits } => {
  const read = envReader(env);
  const doc = 'Multiplies every rate limit, as 2 for twice as many requests; raise it for load tests only.';
  const scale = read.number('RATE_LIMIT_SCALE', { min: 0.01, max: 1_000_000, unit: 'factor', fallback: 1, doc });
  return read.finish({ scale, limits: rateLimitsOf(scale) });
};
