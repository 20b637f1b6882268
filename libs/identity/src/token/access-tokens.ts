import { createBoundedCache } from '@verbatim/platform';
import type { Clock } from '@verbatim/platform';
import type { Actor } from '../actor.js';
import { IdentityError } from '../identity-error.js';
import { signAccessToken, verifyAccessToken } from './access-token.js';
import type { AccessTokenRules, VerifiedToken } from './access-token.js';

/** About 1 KiB each. A find costs a microsecond, a verification hundreds. */
const VERIFIED_TOKENS_MAX = 20_000;

export type AccessTokens = {
  readonly issue: (actor: Actor) => Promise<{ readonly accessToken: string; readonly expiresAtMs: number }>;
  /** @throws IdentityError `token-invalid`, `token-expired` */
  readonly verify: (token: string) => Promise<VerifiedToken>;
};

export const createAccessTokens = (rules: AccessTokenRules, ttlMs: number, clock: Clock): AccessTokens => {
  const verified = createBoundedCache<string, VerifiedToken>({ entriesMax: VERIFIED_TOKENS_MAX });
  const verifyOnce = createSharedVerification(async (token) => {
    const fresh = await verifyAccessToken(rules, token, clock.nowMs());
    verified.set(token, fresh);
    return fresh;
  });
  return {
    issue: async (actor) => {
      const fromMs = clock.nowMs();
      const untilMs = Math.floor((fromMs + ttlMs) / 1_000) * 1_000;
      return { accessToken: await signAccessToken(rules, actor, { fromMs, untilMs }), expiresAtMs: untilMs };
    },
    verify: async (token) => {
      const known = verified.get(token) ?? (await verifyOnce(token));
      if (known.expiresAtMs > clock.nowMs()) return known;
      verified.delete(token);
      throw new IdentityError('token-expired');
    },
  };
};

/** Those who ask for the same token at once wait for the same answer. As many run as callers wait, and the edges bound those. */
const createSharedVerification = (
  verify: (token: string) => Promise<VerifiedToken>,
): ((token: string) => Promise<VerifiedToken>) => {
  const running = new Map<string, Promise<VerifiedToken>>();
  return (token) => {
    const shared = running.get(token) ?? verify(token).finally(() => running.delete(token));
    running.set(token, shared);
    return shared;
  };
};
