import type { RateLimitClass } from '@verbatim/protocol';
import { type RateLimitName, type RateLimiter, type RateLimits } from '@verbatim/rate-limit';
import type { Limit } from './register-operations.js';

/** Classes whose uses count per user, here. Logins and what belongs to them are counted by identity, which knows more. */
const limitNames: Partial<Readonly<Record<RateLimitClass, RateLimitName>>> = {
  lookup: 'lookup:user',
  command: 'command:user',
  message: 'message:user',
  receipt: 'receipt:user',
  ephemeral: 'ephemeral:user',
  query: 'query:user',
  stream: 'stream:user',
};

/** Counts each call against the limit of its operation's class, whatever carried it. */
export const limitByClass =
  (limiter: RateLimiter, limits: RateLimits): Limit =>
  ({ rateLimit }, { actor }) => {
    const name = limitNames[rateLimit];
    return name === undefined || actor === null ? null : limiter.take(`${name}:${actor.userId}`, limits[name]);
  };
