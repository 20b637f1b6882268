import type { Clock } from '@verbatim/platform';
import type { StateStore } from '@verbatim/state';
import type { Identity } from './identity.js';
import { IdentityError } from './identity-error.js';
import type { IdentityConfig } from './identity-config.js';
import { createSessionActivity } from './session/session-activity.js';
import { isLive } from './session/session-document.js';
import type { SessionDocument } from './session/session-document.js';
import { SESSIONS_COLLECTION } from './session/sessions.js';
import { withCodedFailures } from './state-refusals.js';
import type { PublicKeys } from './token/access-token.js';
import { createTokenVerification } from './token/access-tokens.js';

/** The half of identity that says whether a token is good: reads sessions, writes nothing, signs nothing. */
export type TokenAuthority = Pick<
  Identity,
  'verifyAccessToken' | 'authenticate' | 'isSessionActive' | 'sessionRevoked'
>;
export type OpenedTokenAuthority = TokenAuthority & {
  /** Rejects while State does not answer. */
  readonly probe: () => Promise<void>;
};

export type TokenAuthorityDeps = {
  readonly state: StateStore;
  readonly clock: Clock;
  readonly publicKeys: PublicKeys;
  readonly config: Pick<IdentityConfig, 'issuer' | 'audience'>;
};

/** Id that no session has. */
const NO_SESSION = 'none';

/** For a process that takes tokens which another one signs. */
export const openTokenAuthority = async (deps: TokenAuthorityDeps): Promise<OpenedTokenAuthority> => {
  const { state, clock, publicKeys, config } = deps;
  const sessions = withCodedFailures(await state.collection<SessionDocument>(SESSIONS_COLLECTION));
  const activity = createSessionActivity(clock);
  const verifyAccessToken = createTokenVerification({ ...config, publicKeys }, clock);
  const isLiveInState = async (sessionId: string): Promise<boolean> => {
    const stored = await sessions.get(sessionId);
    return stored !== null && isLive(stored.document, clock.nowMs());
  };
  const isSessionActive = (sessionId: string): Promise<boolean> =>
    activity.isActive(sessionId, () => isLiveInState(sessionId));
  return {
    verifyAccessToken,
    isSessionActive,
    authenticate: async (token) => {
      const verified = await verifyAccessToken(token);
      if (!(await isSessionActive(verified.actor.sessionId))) throw new IdentityError('session-ended');
      return verified;
    },
    sessionRevoked: activity.ended,
    probe: async () => void (await sessions.get(NO_SESSION)),
  };
};
