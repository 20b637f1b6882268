import { ada, actorOf, fromHome, openTestIdentity, refusalOf, testKeys } from './identity.fixtures.js';
import { openTokenAuthority } from './open-token-authority.js';

/** A process that signs and one that only takes tokens, on one State. */
const twoProcesses = async () => {
  const { identity, state, clock, config } = await openTestIdentity();
  const authority = await openTokenAuthority({ state, clock, config, publicKeys: testKeys.publicKeys });
  const tokens = await identity.register(ada, fromHome);
  return { identity, authority, clock, tokens, actor: actorOf(tokens) };
};

describe('tokens in a process that does not sign them', () => {
  it('say who calls', async () => {
    const { authority, tokens, actor } = await twoProcesses();
    expect((await authority.authenticate(tokens.accessToken)).actor).toEqual(actor);
  });

  it('are good for no more than 2 s after the session ended elsewhere', async () => {
    const { identity, authority, clock, tokens, actor } = await twoProcesses();
    await authority.authenticate(tokens.accessToken);
    await identity.logout(actor);
    clock.advanceMs(1_999);
    expect((await authority.authenticate(tokens.accessToken)).actor).toEqual(actor);
    clock.advanceMs(1);
    expect(await refusalOf(authority.authenticate(tokens.accessToken))).toBe('session-ended');
  });

  it('are good no more as soon as the log has told the end of the session', async () => {
    const { identity, authority, tokens, actor } = await twoProcesses();
    await authority.authenticate(tokens.accessToken);
    await identity.logout(actor);
    authority.sessionRevoked(actor.sessionId);
    expect(await refusalOf(authority.authenticate(tokens.accessToken))).toBe('session-ended');
  });

  it('expire', async () => {
    const { authority, clock, tokens, actor } = await twoProcesses();
    clock.advanceMs(901_000);
    expect(await refusalOf(authority.verifyAccessToken(tokens.accessToken))).toBe('token-expired');
    expect(actor.role).toBe('user');
  });
});
