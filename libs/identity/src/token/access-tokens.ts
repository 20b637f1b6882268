import { createBoundedCache } from '@verbatim/platform';
import type { Clock } from '@verbatim/platform';
import type { Actor } from '../actor.js';
import { IdentityError } from '../identity-error.js';
import { signAccessToken, verifyAccessToken } from './access-token.js';
import type { AccessTokenRules, VerifiedToken } from './access-token.js';

/** About 1 KiB each. A verification costs 70 to 100 µs, a find in the cache less than one. */
const VERIFIED_TOKENS_MAX = 20_000;

export type AccessTokens = {
  readonly issue: (actor: Actor) => { readonly accessToken: string; readonly expiresAtMs: number };
  /** @throws IdentityError `token-invalid`, `token-expired` */
  readonly verify: (token: string) => VerifiedToken;
};

export const createAccessTokens = (rules: AccessTokenRules, ttlMs: number, clock: Clock): AccessTokens => {
  const verified = createBoundedCache<string, VerifiedToken>({ entriesMax: VERIFIED_TOKENS_MAX });
  return {
    issue: (actor) => {
      const fromMs = clock.nowMs();
      const untilMs = Math.floor((fromMs + ttlMs) / 1_000) * 1_000;
      return { accessToken: signAccessToken(rules, actor, { fromMs, untilMs }), expiresAtMs: untilMs };
    },
    verify: (token) => {
      const known = verified.get(token);
      if (known === undefined) {
        const fresh = verifyAccessToken(rules, token, clock.nowMs());
        verified.set(token, fresh);
        return fresh;
      }
      if (known.expiresAtMs > clock.nowMs()) return known;
      verified.delete(token);
      throw new IdentityError('token-expired');
    },
  };
};
