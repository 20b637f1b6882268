import { hash } from '@node-rs/argon2';
import { ada, fromHome, openTestIdentity, refusalOf } from '../identity.fixtures.js';

const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

describe('importing accounts', () => {
  it('takes a thousand with one ready hash, and each can log in', async () => {
    const { identity, events } = await openTestIdentity();
    const passwordHash = await hash(ada.password, ARGON2ID);
    const records = Array.from({ length: 1_000 }, (_, index) => ({ userName: `user-${index}`, passwordHash }));
    const outcomes = await identity.importAccounts(records);
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['imported']));
    expect(events.ofType('UserRegistered')).toHaveLength(1_000);
    const { userId } = await identity.login({ ...ada, userName: 'user-999' }, fromHome);
    expect(outcomes[999]).toEqual({ userName: 'user-999', outcome: 'imported', userId });
  });
  it('signs them in where that is asked for', async () => {
    const { identity } = await openTestIdentity();
    const passwordHash = await hash(ada.password, ARGON2ID);
    const [outcome] = await identity.importAccounts([{ userName: 'ada', passwordHash, role: 'admin' }], {
      signIn: true,
    });
    if (outcome?.outcome !== 'imported' || outcome.tokens === undefined) throw new Error('no tokens');
    const { actor } = await identity.authenticate(outcome.tokens.accessToken);
    expect(actor).toMatchObject({ userId: outcome.userId, role: 'admin' });
    expect((await identity.refresh(outcome.tokens.refreshToken, fromHome)).userId).toBe(outcome.userId);
  });
  it('tells of each record what became of it, and repeats without harm', async () => {
    const { identity, events } = await openTestIdentity();
    const passwordHash = await hash(ada.password, ARGON2ID);
    const records = [
      { userName: 'Ada', passwordHash },
      { userName: 'ada', passwordHash },
      { userName: 'a b', passwordHash },
      { userName: 'bob', passwordHash: '$2b$12$abc' },
      { userName: 'eve', passwordHash, displayName: ' ' },
      { userName: 'support', passwordHash },
    ];
    const facts = async () =>
      (await identity.importAccounts(records)).map((result) => ('code' in result ? result.code : result.outcome));
    const invalid = ['user-name-invalid', 'password-invalid', 'name-empty'];
    expect(await facts()).toEqual(['imported', 'exists', ...invalid, 'imported']);
    expect(await facts()).toEqual(['exists', 'exists', ...invalid, 'exists']);
    expect(events.ofType('UserRegistered')).toHaveLength(2);
    expect(await refusalOf(identity.register(ada, fromHome))).toBe('user-name-taken');
  });
});
