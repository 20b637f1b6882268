import type { SessionAuthority } from '@verbatim/gateway';
import type { Authenticate } from '@verbatim/http-edge';
import { type Identity, IdentityError } from '@verbatim/identity';

type Refusal = 'token-invalid' | 'token-expired' | 'session-ended' | 'account-suspended';
const refusals: ReadonlySet<string> = new Set<Refusal>([
  'token-invalid',
  'token-expired',
  'session-ended',
  'account-suspended',
]);

/** What identity refuses a token for, as a value; anything else it throws nobody foresaw. */
const refusalOf = (error: unknown): { ok: false; code: Refusal } => {
  if (error instanceof IdentityError && refusals.has(error.code)) return { ok: false, code: error.code as Refusal };
  throw error;
};

/** Asks the identity in this process about tokens and sessions. */
export const sessionAuthority = (identity: Identity): SessionAuthority => ({
  verify: async (accessToken) => {
    try {
      return { ok: true, ...(await identity.verifyAccessToken(accessToken)) };
    } catch (error) {
      return refusalOf(error);
    }
  },
  isActive: ({ sessionId }) => identity.isSessionActive(sessionId),
  ended: (sessionId) => identity.sessionRevoked(sessionId),
});

export const authenticator =
  (identity: Identity): Authenticate =>
  async (accessToken) => {
    try {
      const { actor } = await identity.authenticate(accessToken);
      return { ok: true, actor };
    } catch (error) {
      return refusalOf(error);
    }
  };
