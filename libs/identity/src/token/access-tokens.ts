import { createBoundedCache } from '@verbatim/platform';
import type { Clock } from '@verbatim/platform';
import type { Actor } from '../actor.js';
import { IdentityError } from '../identity-error.js';
import { signAccessToken, verifyAccessToken } from './access-token.js';
import type { SigningRules, VerificationRules, VerifiedToken } from './access-token.js';

/** About 1 KiB each. A find costs a microsecond, a verification hundreds. */
const VERIFIED_TOKENS_MAX = 20_000;

export type VerifyToken = (token: string) => Promise<VerifiedToken>;
export type AccessTokens = {
  readonly issue: (actor: Actor) => Promise<{ readonly accessToken: string; readonly expiresAtMs: number }>;
  /** @throws IdentityError `token-invalid`, `token-expired` */
  readonly verify: VerifyToken;
};

export const createAccessTokens = (rules: SigningRules, ttlMs: number, clock: Clock): AccessTokens => ({
  issue: async (actor) => {
    const fromMs = clock.nowMs();
    const untilMs = Math.floor((fromMs + ttlMs) / 1_000) * 1_000;
    return { accessToken: await signAccessToken(rules, actor, { fromMs, untilMs }), expiresAtMs: untilMs };
  },
  verify: createTokenVerification({ ...rules, publicKeys: rules.keys.publicKeys }, clock),
});

/** Verifies each token once. @returns a function that throws what `verifyAccessToken` throws */
export const createTokenVerification = (rules: VerificationRules, clock: Clock): VerifyToken => {
  const verified = createBoundedCache<string, VerifiedToken>({ entriesMax: VERIFIED_TOKENS_MAX });
  const verifyOnce = createSharedVerification(async (token) => {
    const fresh = await verifyAccessToken(rules, token, clock.nowMs());
    verified.set(token, fresh);
    return fresh;
  });
  return async (token) => {
    const known = verified.get(token) ?? (await verifyOnce(token));
    if (known.expiresAtMs > clock.nowMs()) return known;
    verified.delete(token);
    throw new IdentityError('token-expired');
  };
};

/** Those who ask for the same token at once wait for the same answer. As many run as callers wait, and the edges bound those. */
const createSharedVerification = (verify: VerifyToken): VerifyToken => {
  const running = new Map<string, Promise<VerifiedToken>>();
  return (token) => {
    const shared = running.get(token) ?? verify(token).finally(() => running.delete(token));
    running.set(token, shared);
    return shared;
  };
};
