import type { StateStore } from '@verbatim/state';
import { actorOf, ada, fromHome, openTestIdentity, refusalOf } from '../identity.fixtures.js';
import type { IdentityUnderTest } from '../identity.fixtures.js';

/** Registering and logging in, on any engine of State. */
export const accountContract = (engine: string, openState: () => Promise<StateStore>): void =>
  describe(`accounts on ${engine}`, () => {
    let test: IdentityUnderTest;
    beforeEach(async () => {
      test = await openTestIdentity({ state: await openState() });
    });
    afterEach(() => test.state.close());
    registering(() => test);
    loggingIn(() => test);
    changingThePassword(() => test);
  });

const registering = (test: () => IdentityUnderTest): void =>
  describe('registering', () => {
    it('makes an active account with one device, and tells the log in order', async () => {
      const { identity, events } = test();
      const tokens = await identity.register({ ...ada, displayName: 'Ada L.', deviceName: 'laptop' }, fromHome);
      expect(events.events.map(({ type }) => type)).toEqual(['UserRegistered', 'DeviceRegistered']);
      expect(events.events[0]?.data).toEqual({ userId: tokens.userId, userName: 'ada', displayName: 'Ada L.' });
      expect(events.events[1]?.data).toEqual({ deviceId: tokens.deviceId, deviceName: 'laptop' });
      expect((await identity.verifyAccessToken(tokens.accessToken)).actor).toEqual(actorOf(tokens));
      expect(await identity.isSessionActive(tokens.sessionId)).toBe(true);
    });
    it('folds the case of the name and shows it as it was written', async () => {
      const { identity, events } = test();
      const { userId } = await identity.register({ ...ada, userName: 'Ada' }, fromHome);
      expect(events.events[0]?.data).toMatchObject({ userName: 'ada', displayName: 'Ada' });
      expect(await identity.accountNamed('ADA')).toEqual({ userId, userName: 'ada' });
      expect(await refusalOf(identity.register({ ...ada, userName: 'aDa' }, fromHome))).toBe('user-name-taken');
    });
    it('makes exactly one account of fifty registrations of one name at once', async () => {
      const { identity, events } = test();
      const calls = Array.from({ length: 50 }, () => identity.register(ada, fromHome));
      const outcomes = await Promise.allSettled(calls);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'user-name-taken' });
      }
      expect(events.ofType('UserRegistered')).toHaveLength(1);
    });
    it.each([
      [{ userName: 'a' }, 'user-name-invalid'],
      [{ userName: 'ada$' }, 'user-name-invalid'],
      [{ userName: '{"$gt":""}' }, 'user-name-invalid'],
      [{ userName: 'x'.repeat(33) }, 'user-name-invalid'],
      [{ userName: 'Admin' }, 'user-name-reserved'],
      [{ userName: 'r.o-o_t' }, 'user-name-reserved'],
      [{ userName: 'me' }, 'user-name-reserved'],
      [{ password: 'x'.repeat(7) }, 'password-invalid'],
      [{ password: 'x'.repeat(257) }, 'password-invalid'],
      [{ displayName: ' ' }, 'name-empty'],
      [{ deviceName: ' ' }, 'name-empty'],
    ])('refuses %j and takes no name', async (fields, code) => {
      const { identity, events } = test();
      expect(await refusalOf(identity.register({ ...ada, ...fields }, fromHome))).toBe(code);
      expect(await identity.accountNamed('ada')).toBeNull();
      expect(events.events).toEqual([]);
    });
  });

const loggingIn = (test: () => IdentityUnderTest): void =>
  describe('logging in', () => {
    it('gives a new device without a device id', async () => {
      const { identity, events } = test();
      const first = await identity.register(ada, fromHome);
      const second = await identity.login({ ...ada, userName: 'ADA' }, fromHome);
      expect(second.userId).toBe(first.userId);
      expect(second.deviceId).not.toBe(first.deviceId);
      expect(events.devicesOf(first.userId)).toEqual([first.deviceId, second.deviceId]);
    });
    it('keeps a known device and ends the session that it had', async () => {
      const { identity, events } = test();
      const first = await identity.register(ada, fromHome);
      const second = await identity.login({ ...ada, deviceId: first.deviceId }, fromHome);
      expect(second.deviceId).toBe(first.deviceId);
      expect(await identity.isSessionActive(first.sessionId)).toBe(false);
      expect(await refusalOf(identity.refresh(first.refreshToken, fromHome))).toBe('refresh-token-invalid');
      expect(events.devicesOf(first.userId)).toEqual([first.deviceId]);
      expect(await identity.devicesOf(actorOf(second))).toMatchObject([{ deviceId: first.deviceId, current: true }]);
    });
    it('takes nobody else’s device and none that is unknown', async () => {
      const { identity } = test();
      const adas = await identity.register(ada, fromHome);
      const eve = { ...ada, userName: 'eve' };
      await identity.register(eve, fromHome);
      for (const deviceId of [adas.deviceId, adas.userId, 'no id', '../x', '']) {
        const { deviceId: given } = await identity.login({ ...eve, deviceId }, fromHome);
        expect(given).not.toBe(deviceId);
      }
      expect(await identity.isSessionActive(adas.sessionId)).toBe(true);
    });
    it.each([
      ['a wrong password', { password: 'wrong horse battery' }],
      ['an unknown name', { userName: 'eve' }],
      ['a text that is no name', { userName: '{"$ne":null}' }],
      ['a password that is too short to be one', { password: '' }],
      ['a password of a megabyte', { password: 'x'.repeat(1_048_576) }],
    ])('answers %s in one way', async (_, fields) => {
      const { identity } = test();
      await identity.register(ada, fromHome);
      expect(await refusalOf(identity.login({ ...ada, ...fields }, fromHome))).toBe('credentials-invalid');
    });
    it('leaves one session on a device that logs in twice at once', async () => {
      const { identity, events } = test();
      const { deviceId, userId } = await identity.register(ada, fromHome);
      const login = { ...ada, deviceId };
      const outcomes = await Promise.allSettled([identity.login(login, fromHome), identity.login(login, fromHome)]);
      const tokens = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
      const active = await Promise.all(tokens.map(({ sessionId }) => identity.isSessionActive(sessionId)));
      expect(active.filter(Boolean)).toHaveLength(1);
      expect(events.devicesOf(userId)).toEqual([deviceId]);
    });
    it('makes room by revoking devices whose session ran out, and refuses when all are in use', async () => {
      const { identity, events, clock, config } = test();
      events.devicesMax = 2;
      const first = await identity.register(ada, fromHome);
      clock.advanceMs(config.refreshTokenTtlMs);
      const second = await identity.login(ada, fromHome);
      const third = await identity.login(ada, fromHome);
      expect(events.devicesOf(first.userId)).toEqual([second.deviceId, third.deviceId]);
      expect(await refusalOf(identity.login(ada, fromHome))).toBe('too-many-devices');
      expect(await identity.devicesOf(actorOf(third))).toHaveLength(2);
    });
  });

const changingThePassword = (test: () => IdentityUnderTest): void =>
  describe('changing the password', () => {
    const change = { currentPassword: ada.password, newPassword: 'another good password' };

    it('ends every session but the one that asks', async () => {
      const { identity, events } = test();
      const other = await identity.register(ada, fromHome);
      const mine = await identity.login(ada, fromHome);
      await identity.changePassword(actorOf(mine), change);
      expect(await identity.isSessionActive(other.sessionId)).toBe(false);
      expect(await identity.isSessionActive(mine.sessionId)).toBe(true);
      expect(events.ofType('PasswordChanged')[0]?.data).toEqual({ keptSessionId: mine.sessionId });
      await identity.refresh(mine.refreshToken, fromHome);
      expect(await refusalOf(identity.login(ada, fromHome))).toBe('credentials-invalid');
      await identity.login({ ...ada, password: change.newPassword }, fromHome);
    });
    it('refuses a wrong present password and an unacceptable new one', async () => {
      const { identity } = test();
      const actor = actorOf(await identity.register(ada, fromHome));
      const wrong = { ...change, currentPassword: 'wrong horse battery' };
      expect(await refusalOf(identity.changePassword(actor, wrong))).toBe('credentials-invalid');
      expect(await refusalOf(identity.changePassword(actor, { ...change, newPassword: 'short' }))).toBe(
        'password-invalid',
      );
      await identity.login(ada, fromHome);
    });
    it('leaves no session to a login that was checked against the password before', async () => {
      const { identity } = test();
      const actor = actorOf(await identity.register(ada, fromHome));
      const logins = Promise.allSettled(Array.from({ length: 4 }, () => identity.login(ada, fromHome)));
      await identity.changePassword(actor, change);
      for (const outcome of await logins) {
        if (outcome.status === 'fulfilled') {
          expect(await identity.isSessionActive(outcome.value.sessionId)).toBe(false);
        } else expect(outcome.reason).toMatchObject({ code: 'credentials-invalid' });
      }
      expect(await identity.devicesOf(actor)).toHaveLength(1);
    });
  });
