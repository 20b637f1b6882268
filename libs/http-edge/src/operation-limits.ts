import type { RateLimitClass } from '@verbatim/protocol';
import { type RateLimitName, type RateLimiter, type RateLimits, addressKeyOf } from '@verbatim/rate-limit';
import type { OperationCall } from './operation-call.js';
import type { Limit } from './register-operations.js';

/** Classes whose uses count here, and what they count by. Logins and what belongs to them identity counts, which knows more. */
const limitNames: Partial<Readonly<Record<RateLimitClass, RateLimitName>>> = {
  connect: 'connect:address',
  refresh: 'refresh:session',
  lookup: 'lookup:user',
  command: 'command:user',
  message: 'message:user',
  receipt: 'receipt:user',
  ephemeral: 'ephemeral:user',
  query: 'query:user',
  stream: 'stream:user',
};

/** Whose uses a limit counts: the part of its name behind the colon; null for a call of nobody. */
const ownerOf = (name: RateLimitName, { actor, address }: OperationCall): string | null => {
  if (name === 'connect:address') return addressKeyOf(address);
  if (actor === null) return null;
  return name === 'refresh:session' ? actor.sessionId : actor.userId;
};

/** Counts each call against the limit of its operation's class, whatever carried it. */
export const limitByClass =
  (limiter: RateLimiter, limits: RateLimits): Limit =>
  ({ rateLimit }, call) => {
    const name = limitNames[rateLimit];
    const owner = name === undefined ? null : ownerOf(name, call);
    return name === undefined || owner === null ? null : limiter.take(`${name}:${owner}`, limits[name]);
  };
