import { ada, fromHome, openTestIdentity, refusalOf } from './identity.fixtures.js';

const wrong = { ...ada, password: 'wrong horse battery' };
const elsewhere = (host: number) => ({ address: `198.51.100.${host}` });

describe('the limits of logins', () => {
  it('stop guessing at one account, also from many addresses, before any hashing', async () => {
    const { identity } = await openTestIdentity({ limitScale: 0.1 });
    await identity.register(ada, fromHome);
    const answers: string[] = [];
    for (let host = 1; host <= 5; host += 1) answers.push(await refusalOf(identity.login(wrong, elsewhere(host))));
    expect(answers).toEqual([...Array<string>(3).fill('credentials-invalid'), 'rate-limited', 'rate-limited']);
  });
  it('treat an account that does not exist in the same way', async () => {
    const { identity } = await openTestIdentity({ limitScale: 0.1 });
    const answers: string[] = [];
    for (let host = 1; host <= 4; host += 1) answers.push(await refusalOf(identity.login(wrong, elsewhere(host))));
    expect(answers).toEqual([...Array<string>(3).fill('credentials-invalid'), 'rate-limited']);
  });
  it('do not lock the owner out on a device of hers', async () => {
    const { identity } = await openTestIdentity({ limitScale: 0.1 });
    const { deviceId } = await identity.register(ada, fromHome);
    for (let host = 1; host <= 10; host += 1) await refusalOf(identity.login(wrong, elsewhere(host)));
    expect(await refusalOf(identity.login(ada, fromHome))).toBe('rate-limited');
    expect((await identity.login({ ...ada, deviceId }, fromHome)).deviceId).toBe(deviceId);
  });
  it('end with the wait that they name', async () => {
    const { identity, clock } = await openTestIdentity({ limitScale: 0.1 });
    await identity.register(ada, fromHome);
    for (let host = 1; host <= 3; host += 1) await refusalOf(identity.login(wrong, elsewhere(host)));
    await expect(identity.login(ada, fromHome)).rejects.toMatchObject({ code: 'rate-limited', retryAfterMs: 20_000 });
    clock.advanceMs(20_000);
    await identity.login(ada, fromHome);
  });
  it('stop one address that tries many accounts, and leave others alone', async () => {
    const { identity } = await openTestIdentity({ limitScale: 0.01 });
    const names = ['a1', 'a2', 'a3', 'a4'];
    const answers = await Promise.all(
      names.map((userName) => refusalOf(identity.login({ ...wrong, userName }, elsewhere(1)))),
    );
    expect(answers).toEqual([...Array<string>(3).fill('credentials-invalid'), 'rate-limited']);
    expect(await refusalOf(identity.login({ ...wrong, userName: 'a5' }, elsewhere(2)))).toBe('credentials-invalid');
  });
  it('take a whole IPv6 network for one address', async () => {
    const { identity } = await openTestIdentity({ limitScale: 0.01 });
    const from = (host: number) => ({ address: `2001:db8::${host}` });
    const answers: string[] = [];
    for (let host = 1; host <= 4; host += 1) {
      answers.push(await refusalOf(identity.login({ ...wrong, userName: `a${host}` }, from(host))));
    }
    expect(answers.at(-1)).toBe('rate-limited');
  });
});

describe('the limits of registrations and refreshes', () => {
  it('count registrations by address', async () => {
    const { identity } = await openTestIdentity({ limitScale: 0.01 });
    for (const userName of ['a1', 'a2', 'a3']) await identity.register({ ...ada, userName }, fromHome);
    expect(await refusalOf(identity.register(ada, fromHome))).toBe('rate-limited');
    await identity.register(ada, elsewhere(1));
  });
  it('count refreshes by session', async () => {
    const { identity } = await openTestIdentity({ limitScale: 0.1 });
    let { refreshToken } = await identity.register(ada, fromHome);
    for (let time = 0; time < 3; time += 1) ({ refreshToken } = await identity.refresh(refreshToken, fromHome));
    expect(await refusalOf(identity.refresh(refreshToken, fromHome))).toBe('rate-limited');
  });
});

describe('two hundred logins at once', () => {
  it('are served as far as the queue goes; the rest is refused at once', async () => {
    const { identity } = await openTestIdentity({ config: { passwordHashConcurrency: 1, passwordHashWaitingMax: 8 } });
    await identity.register(ada, fromHome);
    const outcomes = await Promise.allSettled(Array.from({ length: 200 }, () => identity.login(ada, fromHome)));
    const refused = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(outcomes.length - refused.length).toBe(9);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'overloaded' });
    expect(identity.waitingHashes()).toBe(0);
  });
});
