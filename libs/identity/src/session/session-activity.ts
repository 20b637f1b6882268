import { createBoundedCache } from '@verbatim/platform';
import type { Clock } from '@verbatim/platform';

/** How long another process may take to see that a session has ended, beside the event that tells it at once. */
const TRUSTED_MS = 2_000;
const SESSIONS_MAX = 50_000;

/** Answers "is this session still good" without a read of State each time. */
export type SessionActivity = {
  readonly isActive: (sessionId: string, read: () => Promise<boolean>) => Promise<boolean>;
  /** The session has ended: every later answer is no. */
  readonly ended: (sessionId: string) => void;
};

export const createSessionActivity = (clock: Clock): SessionActivity => {
  const seen = createBoundedCache<string, { readonly active: boolean; readonly readAtMs: number }>({
    entriesMax: SESSIONS_MAX,
  });
  return {
    isActive: async (sessionId, read) => {
      const known = seen.get(sessionId);
      const ageMs = known === undefined ? 0 : clock.nowMs() - known.readAtMs;
      if (known !== undefined && (!known.active || (ageMs >= 0 && ageMs < TRUSTED_MS))) return known.active;
      const readAtMs = clock.nowMs();
      const active = await read();
      // An end that came during the read has the last word: ids of sessions never come back to life.
      if (seen.get(sessionId)?.active === false) return false;
      seen.set(sessionId, { active, readAtMs });
      return active;
    },
    ended: (sessionId) => seen.set(sessionId, { active: false, readAtMs: 0 }),
  };
};
