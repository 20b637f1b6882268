import type { Authenticate } from '@verbatim/http-edge';
import { IdentityError, type TokenAuthority } from '@verbatim/identity';
import type { SessionAuthority } from './session-authority.js';

const tokenRefusals = ['token-invalid', 'token-expired', 'session-ended', 'account-suspended'] as const;
/** State does not answer: that says nothing about the token. */
const stateRefusals = ['busy', 'unavailable'] as const;

/** What identity refuses for one of these reasons, as a value; anything else it throws nobody foresaw. */
const refusalOf = <Code extends string>(codes: readonly Code[], error: unknown): { ok: false; code: Code } => {
  const code = error instanceof IdentityError ? codes.find((one) => one === error.code) : undefined;
  if (code === undefined) throw error;
  return { ok: false, code };
};

/** Asks identity about tokens and sessions. Its methods reject with `IdentityError` when nobody can tell. */
export const sessionAuthority = (identity: TokenAuthority): SessionAuthority => ({
  verify: async (accessToken) => {
    try {
      return { ok: true, ...(await identity.verifyAccessToken(accessToken)) };
    } catch (error) {
      return refusalOf(tokenRefusals, error);
    }
  },
  isActive: ({ sessionId }) => identity.isSessionActive(sessionId),
  ended: (sessionId) => identity.sessionRevoked(sessionId),
});

export const authenticator =
  (identity: Pick<TokenAuthority, 'authenticate'>): Authenticate =>
  async (accessToken) => {
    try {
      const { actor } = await identity.authenticate(accessToken);
      return { ok: true, actor };
    } catch (error) {
      return refusalOf([...tokenRefusals, ...stateRefusals], error);
    }
  };
