import type { TokensReply } from '@verbatim/protocol';

/** What a device holds after register or login. The refresh token is a secret: store it as one. */
export type SessionTokens = TokensReply;

/**
 * `save` has to be durable when it resolves: a refresh token is good once, and reusing an old one ends the session.
 */
export interface TokenStore {
  load(): Promise<SessionTokens | undefined>;
  save(tokens: SessionTokens): Promise<void>;
  clear(): Promise<void>;
}

/** Forgets with the process. */
export const memoryTokenStore = (): TokenStore => {
  let held: SessionTokens | undefined;
  return {
    load: () => Promise.resolve(held),
    save: (tokens) => {
      held = tokens;
      return Promise.resolve();
    },
    clear: () => {
      held = undefined;
      return Promise.resolve();
    },
  };
};
