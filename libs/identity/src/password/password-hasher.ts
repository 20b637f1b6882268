import { hash, verify } from '@node-rs/argon2';
import { createWorkQueue, QueueFullError } from '@verbatim/platform';
import { IdentityError } from '../identity-error.js';
import { normalisedPassword } from './password-rules.js';

/** OWASP's recommendation for argon2id, the package's default variant; about 24 ms of a core. */
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** Typical drain time of a full queue. */
const QUEUE_FULL_RETRY_AFTER_MS = 2_000;

/** Hashes off the event loop, few at a time and in order of arrival; what does not fit into the queue is refused as `overloaded`. */
export type PasswordHasher = {
  readonly hash: (password: string) => Promise<string>;
  /** Null stands for an account that does not exist: the same work is done, and the answer is false. */
  readonly verify: (passwordHash: string | null, password: string) => Promise<boolean>;
  readonly waiting: () => number;
};

export const createPasswordHasher = async (limits: {
  readonly concurrency: number;
  readonly waitingMax: number;
}): Promise<PasswordHasher> => {
  const queue = createWorkQueue(limits);
  const nobodysHash = await hash('the password of nobody', ARGON2ID);
  const run = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await queue.run(work);
    } catch (error) {
      throw error instanceof QueueFullError ? new IdentityError('overloaded', QUEUE_FULL_RETRY_AFTER_MS) : error;
    }
  };
  return {
    hash: (password) => run(() => hash(normalisedPassword(password), ARGON2ID)),
    verify: async (passwordHash, password) => {
      const fits = await run(() => verify(passwordHash ?? nobodysHash, normalisedPassword(password)));
      return fits && passwordHash !== null;
    },
    waiting: queue.waiting,
  };
};
