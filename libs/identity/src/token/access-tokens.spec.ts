import { settableClock } from '@verbatim/testing/clock';
import { createAccessTokens } from './access-tokens.js';
import { identityKeysOf, newIdentityKeyDocument } from './identity-keys.js';

const actor = {
  userId: '01900000-0000-7000-8000-000000000001',
  deviceId: '01900000-0000-7000-8000-000000000002',
  sessionId: '01900000-0000-7000-8000-000000000003',
  role: 'moderator',
} as const;

const open = (ttlMs: number) => {
  const clock = settableClock('2026-01-01T10:00:00.500Z');
  const keys = identityKeysOf(newIdentityKeyDocument(clock.nowIso()));
  return { clock, tokens: createAccessTokens({ keys, issuer: 'verbatim', audience: 'verbatim' }, ttlMs, clock) };
};

describe('access tokens', () => {
  it('say the end that was told when they were issued', () => {
    const { tokens } = open(900_000);
    const { accessToken, expiresAtMs } = tokens.issue(actor);
    expect(tokens.verify(accessToken)).toEqual({ actor, expiresAtMs });
    expect(expiresAtMs).toBe(Date.parse('2026-01-01T10:15:00.000Z'));
  });
  it('end on time, also when they were verified before', () => {
    const { tokens, clock } = open(900_000);
    const { accessToken, expiresAtMs } = tokens.issue(actor);
    tokens.verify(accessToken);
    clock.setMs(expiresAtMs - 1);
    expect(tokens.verify(accessToken).actor).toEqual(actor);
    clock.setMs(expiresAtMs);
    for (let time = 0; time < 2; time += 1) {
      expect(() => tokens.verify(accessToken)).toThrow(expect.objectContaining({ code: 'token-expired' }));
    }
  });
  it('are verified once: the second answer is the first one', () => {
    const { tokens } = open(900_000);
    const { accessToken } = tokens.issue(actor);
    expect(tokens.verify(accessToken)).toBe(tokens.verify(accessToken));
  });
});
