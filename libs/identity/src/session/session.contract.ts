import type { StateStore } from '@verbatim/state';
import { actorOf, ada, fromHome, openTestIdentity, refusalOf } from '../identity.fixtures.js';
import type { IdentityUnderTest } from '../identity.fixtures.js';

/** Refresh tokens, sign-out and devices, on any engine of State. */
export const sessionContract = (engine: string, openState: () => Promise<StateStore>): void =>
  describe(`sessions on ${engine}`, () => {
    let test: IdentityUnderTest;
    beforeEach(async () => {
      test = await openTestIdentity({ state: await openState() });
    });
    afterEach(() => test.state.close());
    refreshing(() => test);
    signingOut(() => test);
  });

const refreshing = (test: () => IdentityUnderTest): void =>
  describe('refreshing', () => {
    it('gives a new token each time, for the same session', async () => {
      const { identity, clock } = test();
      const first = await identity.register(ada, fromHome);
      clock.advanceMs(1_000);
      const second = await identity.refresh(first.refreshToken, fromHome);
      expect(actorOf(second)).toEqual(actorOf(first));
      expect(second.refreshToken).not.toBe(first.refreshToken);
      expect(Date.parse(second.accessTokenExpiresAt)).toBeGreaterThan(Date.parse(first.accessTokenExpiresAt));
    });
    it('repeats a lost answer within the grace time: the same token, never a second one', async () => {
      const { identity, clock, config } = test();
      const first = await identity.register(ada, fromHome);
      const second = await identity.refresh(first.refreshToken, fromHome);
      clock.advanceMs(config.refreshGraceMs);
      expect((await identity.refresh(first.refreshToken, fromHome)).refreshToken).toBe(second.refreshToken);
    });
    it('gives two that ask at once the same token', async () => {
      const { identity } = test();
      const { refreshToken } = await identity.register(ada, fromHome);
      const calls = Array.from({ length: 5 }, () => identity.refresh(refreshToken, fromHome));
      expect(new Set((await Promise.all(calls)).map((tokens) => tokens.refreshToken)).size).toBe(1);
    });
    it.each([
      ['a millisecond after the grace time', 1, 10_001],
      ['as soon as its successor was used', 2, 0],
    ])('takes the token before for stolen %s: the family ends, in the log too', async (_, refreshes, waitMs) => {
      const { identity, events, clock } = test();
      const first = await identity.register(ada, fromHome);
      let last = first;
      for (let time = 0; time < refreshes; time += 1) last = await identity.refresh(last.refreshToken, fromHome);
      clock.advanceMs(waitMs);
      expect(await refusalOf(identity.refresh(first.refreshToken, fromHome))).toBe('refresh-token-reused');
      expect(events.ofType('DeviceRevoked').map(({ data }) => data)).toEqual([
        { deviceId: first.deviceId, reason: 'refresh-token-reused' },
      ]);
      expect(await refusalOf(identity.refresh(last.refreshToken, fromHome))).toBe('refresh-token-invalid');
      expect(await refusalOf(identity.authenticate(last.accessToken))).toBe('session-ended');
    });
    it('refuses invented tokens without harm to the session that they name', async () => {
      const { identity } = test();
      const { refreshToken, sessionId, accessToken } = await identity.register(ada, fromHome);
      const [version, id, , secret] = refreshToken.split('.');
      const invented = [
        '',
        accessToken,
        `${version}.${id}.${'A'.repeat(22)}.${secret}`,
        `${version}.${id}.${'A'.repeat(22)}.${'A'.repeat(43)}`,
        `${version}.${sessionId.replaceAll(/[0-9]/g, '0')}.${'A'.repeat(22)}.${secret}`,
        `${refreshToken}A`,
        `x${refreshToken}`,
        refreshToken.replaceAll('.', '\u0000'),
      ];
      for (const token of invented) {
        expect(await refusalOf(identity.refresh(token, fromHome))).toBe('refresh-token-invalid');
      }
      await identity.refresh(refreshToken, fromHome);
    });
    it('ends with the session’s idle time', async () => {
      const { identity, clock, config } = test();
      const first = await identity.register(ada, fromHome);
      clock.advanceMs(config.refreshTokenTtlMs - 1);
      const second = await identity.refresh(first.refreshToken, fromHome);
      clock.advanceMs(config.refreshTokenTtlMs);
      expect(await refusalOf(identity.refresh(second.refreshToken, fromHome))).toBe('refresh-token-invalid');
    });
    it('goes on after a restart', async () => {
      const { identity, restarted } = test();
      const first = await identity.register(ada, fromHome);
      const second = await (await restarted()).refresh(first.refreshToken, fromHome);
      expect(actorOf(second)).toEqual(actorOf(first));
    });
    it('keeps no token in State', async () => {
      const { identity, state } = test();
      const first = await identity.register(ada, fromHome);
      const second = await identity.refresh(first.refreshToken, fromHome);
      const sessions = await state.collection<object>({ name: 'sessions', indexedFields: ['userId', 'unfinished'] });
      const stored = JSON.stringify(await sessions.list('', { limit: 10 }));
      for (const { refreshToken } of [first, second]) {
        for (const part of refreshToken.split('.').slice(2)) expect(stored).not.toContain(part);
      }
    });
  });

const signingOut = (test: () => IdentityUnderTest): void =>
  describe('signing out', () => {
    it('ends the session at once and tells the log once, however often it is asked for', async () => {
      const { identity, events } = test();
      const tokens = await identity.register(ada, fromHome);
      expect(await identity.isSessionActive(tokens.sessionId)).toBe(true);
      await Promise.all([identity.logout(actorOf(tokens)), identity.logout(actorOf(tokens))]);
      await identity.logout(actorOf(tokens));
      expect(await identity.isSessionActive(tokens.sessionId)).toBe(false);
      expect(await refusalOf(identity.refresh(tokens.refreshToken, fromHome))).toBe('refresh-token-invalid');
      expect(events.ofType('DeviceRevoked').map(({ data }) => data)).toEqual([
        { deviceId: tokens.deviceId, reason: 'signed-out' },
      ]);
    });
    it('leaves the device’s id for a later login', async () => {
      const { identity, events } = test();
      const first = await identity.register(ada, fromHome);
      await identity.logout(actorOf(first));
      const second = await identity.login({ ...ada, deviceId: first.deviceId }, fromHome);
      expect(second.deviceId).toBe(first.deviceId);
      expect(events.devicesOf(first.userId)).toEqual([first.deviceId]);
    });
    it('works from another device of the same user, and from nobody else’s', async () => {
      const { identity, events } = test();
      const phone = await identity.register({ ...ada, deviceName: 'phone' }, fromHome);
      const laptop = await identity.login({ ...ada, deviceName: 'laptop' }, fromHome);
      const eve = await identity.register({ ...ada, userName: 'eve' }, fromHome);
      const refusal = identity.revokeDevice(actorOf(eve), phone.deviceId);
      expect(await refusalOf(refusal)).toBe('device-not-found');
      expect(await refusalOf(identity.revokeDevice(actorOf(eve), '../accounts'))).toBe('device-not-found');
      expect(await identity.devicesOf(actorOf(laptop))).toMatchObject([
        { deviceId: phone.deviceId, deviceName: 'phone', current: false },
        { deviceId: laptop.deviceId, deviceName: 'laptop', current: true },
      ]);
      await identity.revokeDevice(actorOf(laptop), phone.deviceId);
      await identity.revokeDevice(actorOf(laptop), phone.deviceId);
      expect(await identity.isSessionActive(phone.sessionId)).toBe(false);
      expect(await identity.devicesOf(actorOf(laptop))).toHaveLength(1);
      expect(events.ofType('DeviceRevoked').map(({ data }) => data)).toEqual([
        { deviceId: phone.deviceId, reason: 'revoked' },
      ]);
    });
    it('is seen within two seconds where another process ended the session, and at once where it is told so', async () => {
      const { identity, restarted, clock } = test();
      const tokens = await identity.register(ada, fromHome);
      const other = await restarted();
      expect(await other.isSessionActive(tokens.sessionId)).toBe(true);
      await identity.logout(actorOf(tokens));
      clock.advanceMs(2_000);
      expect(await other.isSessionActive(tokens.sessionId)).toBe(false);
      const next = await identity.login(ada, fromHome);
      expect(await other.isSessionActive(next.sessionId)).toBe(true);
      other.sessionRevoked(next.sessionId);
      expect(await other.isSessionActive(next.sessionId)).toBe(false);
    });
  });
