import { actorOf, ada, fromHome, openTestIdentity, refusalOf } from '../identity.fixtures.js';

/** A crash, or a log that does not answer, between State and the event; `after`: the event is there and its answer is lost. */
const moments = [['before'], ['after']] as const;

describe.each(moments)('a registration cut off %s its event', (when) => {
  const cutOff = async () => {
    const test = await openTestIdentity();
    test.events.failNext = { type: 'UserRegistered', when };
    await expect(test.identity.register(ada, fromHome)).rejects.toThrow('UserRegistered');
    return { ...test, identity: await test.restarted() };
  };

  it('shows no account yet', async () => {
    const { identity } = await cutOff();
    expect(await identity.accountNamed('ada')).toBeNull();
  });
  it.each([
    ['the same registration again', 'register'],
    ['a login', 'login'],
  ] as const)('is finished by %s', async (_, again) => {
    const { identity, events } = await cutOff();
    const { userId } = await identity[again](ada, fromHome);
    expect(events.ofType('UserRegistered').map((event) => event.userId)).toEqual([userId]);
    expect(await identity.accountNamed('ada')).toEqual({ userId, userName: 'ada' });
    expect(await refusalOf(identity.register(ada, fromHome))).toBe('user-name-taken');
  });
  it('is finished by nobody who does not know the password', async () => {
    const { identity, events } = await cutOff();
    const wrong = { ...ada, password: 'wrong horse battery' };
    const before = events.events.length;
    expect(await refusalOf(identity.register(wrong, fromHome))).toBe('user-name-taken');
    expect(await refusalOf(identity.login(wrong, fromHome))).toBe('credentials-invalid');
    expect(events.events).toHaveLength(before);
  });
  it('is finished by the sweep, once it is old enough to have lost its request', async () => {
    const { identity, events, clock } = await cutOff();
    clock.advanceMs(59_999);
    expect(await identity.finishPending(60_000)).toBe(0);
    clock.advanceMs(1);
    expect(await identity.finishPending(60_000)).toBe(1);
    expect(await identity.finishPending(60_000)).toBe(0);
    expect(events.ofType('UserRegistered')).toHaveLength(1);
    expect(await identity.accountNamed('ada')).not.toBeNull();
  });
});

describe.each(moments)('a login cut off %s its event', (when) => {
  it('leaves a device that a later login makes room of', async () => {
    const { identity, events } = await openTestIdentity();
    const { userId, deviceId } = await identity.register(ada, fromHome);
    events.failNext = { type: 'DeviceRegistered', when };
    await expect(identity.login(ada, fromHome)).rejects.toThrow('DeviceRegistered');
    events.devicesMax = events.devicesOf(userId).length;
    const tokens = await identity.login({ ...ada, deviceId }, fromHome);
    expect(await identity.devicesOf(actorOf(tokens))).toHaveLength(1);
    expect(events.devicesOf(userId)).toContain(deviceId);
  });
});

describe.each(moments)('a sign-out cut off %s its event', (when) => {
  it('is in force at once and is told to the log by the sweep', async () => {
    const { identity, events, restarted } = await openTestIdentity();
    const tokens = await identity.register(ada, fromHome);
    events.failNext = { type: 'DeviceRevoked', when };
    await expect(identity.logout(actorOf(tokens))).rejects.toThrow('DeviceRevoked');
    const after = await restarted();
    expect(await after.isSessionActive(tokens.sessionId)).toBe(false);
    expect(await refusalOf(after.refresh(tokens.refreshToken, fromHome))).toBe('refresh-token-invalid');
    expect(await after.finishPending()).toBe(1);
    expect(await after.finishPending()).toBe(0);
    expect(events.ofType('DeviceRevoked')).toHaveLength(1);
  });
  it('does not revoke the device later on, when it has signed in again meanwhile', async () => {
    const { identity, events } = await openTestIdentity();
    const tokens = await identity.register(ada, fromHome);
    events.failNext = { type: 'DeviceRevoked', when };
    await expect(identity.logout(actorOf(tokens))).rejects.toThrow('DeviceRevoked');
    const again = await identity.login({ ...ada, deviceId: tokens.deviceId }, fromHome);
    await identity.finishPending();
    expect(events.devicesOf(tokens.userId)).toEqual([tokens.deviceId]);
    expect(await identity.isSessionActive(again.sessionId)).toBe(true);
  });
});

describe.each([
  ['DeviceRevoked', 'before'],
  ['PasswordChanged', 'before'],
  ['PasswordChanged', 'after'],
] as const)('a password change cut off at %s, %s it is appended', (type, when) => {
  const change = { currentPassword: ada.password, newPassword: 'another good password' };
  const cutOff = async () => {
    const test = await openTestIdentity();
    const other = await test.identity.register(ada, fromHome);
    const mine = await test.identity.login(ada, fromHome);
    test.events.failNext = { type, when };
    await expect(test.identity.changePassword(actorOf(mine), change)).rejects.toThrow(type);
    return { ...test, other, mine, identity: await test.restarted() };
  };

  it('is completed by the sweep, which spares sessions of the new password', async () => {
    const { identity, events, other, mine } = await cutOff();
    const fresh = await identity.login({ ...ada, password: change.newPassword }, fromHome);
    expect(await identity.finishPending()).toBeGreaterThanOrEqual(1);
    expect(await identity.isSessionActive(other.sessionId)).toBe(false);
    expect(await identity.isSessionActive(mine.sessionId)).toBe(true);
    expect(await identity.isSessionActive(fresh.sessionId)).toBe(true);
    expect(events.ofType('PasswordChanged')).toHaveLength(1);
    expect(await identity.finishPending()).toBe(0);
  });
  it('is completed by the next change before that one', async () => {
    const { identity, events, mine } = await cutOff();
    const next = { currentPassword: change.newPassword, newPassword: 'a third good password' };
    await identity.changePassword(actorOf(mine), next);
    expect(events.ofType('PasswordChanged')).toHaveLength(2);
  });
});

describe('one account that cannot be finished', () => {
  it('does not keep the others waiting', async () => {
    const { identity, events } = await openTestIdentity();
    for (const userName of ['ada', 'bob']) {
      events.failNext = { type: 'UserRegistered', when: 'before' };
      await expect(identity.register({ ...ada, userName }, fromHome)).rejects.toThrow('UserRegistered');
    }
    events.failNext = { type: 'UserRegistered', when: 'before' };
    expect(await identity.finishPending()).toBe(1);
    expect(await identity.finishPending()).toBe(1);
    expect(events.ofType('UserRegistered')).toHaveLength(2);
  });
});
