import { actorOf, ada, fromHome, openTestIdentity, refusalOf } from '../identity.fixtures.js';
import { retellAccounts } from './retold-accounts.js';

/** Ada is in State; the log was restored from before her registration. */
const forgotten = async () => {
  const test = await openTestIdentity();
  const tokens = await test.identity.register(ada, fromHome);
  test.events.forget(tokens.userId);
  const eventsOf = () => test.events.events.map(({ type }) => type);
  return { ...test, tokens, actor: actorOf(tokens), eventsOf };
};

describe('an account that a restored log does not know', () => {
  it('logs in, and the log is told of it once', async () => {
    const { identity, tokens, eventsOf } = await forgotten();
    expect((await identity.login(ada, fromHome)).userId).toBe(tokens.userId);
    await identity.login(ada, fromHome);
    expect(eventsOf()).toEqual(['UserRegistered', 'DeviceRegistered', 'DeviceRegistered']);
  });
  it('logs out', async () => {
    const { identity, actor, eventsOf } = await forgotten();
    await identity.logout(actor);
    expect(await identity.isSessionActive(actor.sessionId)).toBe(false);
    expect(eventsOf()).toEqual(['UserRegistered', 'DeviceRevoked']);
  });
  it('changes its password', async () => {
    const { identity, actor, eventsOf } = await forgotten();
    const newPassword = 'another horse battery';
    await identity.changePassword(actor, { currentPassword: ada.password, newPassword });
    expect(eventsOf()).toEqual(['UserRegistered', 'PasswordChanged']);
    expect(await refusalOf(identity.login(ada, fromHome))).toBe('credentials-invalid');
    await identity.login({ ...ada, password: newPassword }, fromHome);
  });
});

describe('telling the log of accounts', () => {
  it('tells it of those that it does not know, once', async () => {
    const { identity, state, events, tokens } = await forgotten();
    await identity.register({ ...ada, userName: 'bob' }, fromHome);
    const isInLog = async (userId: string) => events.ofType('UserRegistered').some((event) => event.userId === userId);
    expect(await retellAccounts({ state, events, isInLog })).toEqual({ accounts: 2, told: 1 });
    expect(events.ofType('UserRegistered').at(-1)).toMatchObject({
      userId: tokens.userId,
      data: { userName: 'ada', displayName: 'ada' },
    });
    expect(await retellAccounts({ state, events, isInLog })).toEqual({ accounts: 2, told: 0 });
  });
  it('leaves registrations that are under way to those who finish them', async () => {
    const { identity, state, events } = await openTestIdentity();
    events.failNext = { type: 'UserRegistered', when: 'before' };
    await expect(identity.register(ada, fromHome)).rejects.toThrow('UserRegistered');
    expect(await retellAccounts({ state, events, isInLog: async () => false })).toEqual({ accounts: 1, told: 0 });
    expect(events.events).toEqual([]);
  });
});
