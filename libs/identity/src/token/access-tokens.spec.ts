import { settableClock } from '@verbatim/testing/clock';
import { createAccessTokens } from './access-tokens.js';
import { identityKeysOf, newIdentityKeyDocument } from './identity-keys.js';

const actor = {
  userId: '01900000-0000-7000-8000-000000000001',
  deviceId: '01900000-0000-7000-8000-000000000002',
  sessionId: '01900000-0000-7000-8000-000000000003',
  role: 'moderator',
} as const;

const open = async (ttlMs: number) => {
  const clock = settableClock('2026-01-01T10:00:00.500Z');
  const keys = await identityKeysOf(newIdentityKeyDocument(clock.nowIso()));
  return { clock, tokens: createAccessTokens({ keys, issuer: 'verbatim', audience: 'verbatim' }, ttlMs, clock) };
};

describe('access tokens', () => {
  it('say the end that was told when they were issued', async () => {
    const { tokens } = await open(900_000);
    const { accessToken, expiresAtMs } = await tokens.issue(actor);
    expect(await tokens.verify(accessToken)).toEqual({ actor, expiresAtMs });
    expect(expiresAtMs).toBe(Date.parse('2026-01-01T10:15:00.000Z'));
  });
  it('end on time, also when they were verified before', async () => {
    const { tokens, clock } = await open(900_000);
    const { accessToken, expiresAtMs } = await tokens.issue(actor);
    await tokens.verify(accessToken);
    clock.setMs(expiresAtMs - 1);
    expect((await tokens.verify(accessToken)).actor).toEqual(actor);
    clock.setMs(expiresAtMs);
    for (let time = 0; time < 2; time += 1) {
      await expect(tokens.verify(accessToken)).rejects.toMatchObject({ code: 'token-expired' });
    }
  });
  it('are verified once: the second answer is the first one', async () => {
    const { tokens } = await open(900_000);
    const { accessToken } = await tokens.issue(actor);
    expect(await tokens.verify(accessToken)).toBe(await tokens.verify(accessToken));
  });
  it('are verified once also when many ask at the same time', async () => {
    const { tokens } = await open(900_000);
    const { accessToken } = await tokens.issue(actor);
    const [first, ...others] = await Promise.all(Array.from({ length: 50 }, () => tokens.verify(accessToken)));
    expect(first?.actor).toEqual(actor);
    for (const other of others) expect(other).toBe(first);
  });
  it('are refused to everyone who asks at the same time, and are asked about anew after that', async () => {
    const { tokens, clock } = await open(900_000);
    const { accessToken } = await tokens.issue(actor);
    const issuedAtMs = clock.nowMs();
    clock.setMs(issuedAtMs - 60_000);
    const early = await Promise.allSettled([tokens.verify(accessToken), tokens.verify(accessToken)]);
    expect(early).toMatchObject([{ reason: { code: 'token-invalid' } }, { reason: { code: 'token-invalid' } }]);
    clock.setMs(issuedAtMs);
    expect((await tokens.verify(accessToken)).actor).toEqual(actor);
  });
  it('end for those who wait, too, when they run out during the verification', async () => {
    const { tokens, clock } = await open(900_000);
    const { accessToken, expiresAtMs } = await tokens.issue(actor);
    const waiting = tokens.verify(accessToken);
    clock.setMs(expiresAtMs);
    await expect(waiting).rejects.toMatchObject({ code: 'token-expired' });
  });
});
