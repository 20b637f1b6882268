import { IdentityError } from '../identity-error.js';
import { createPasswordHasher } from './password-hasher.js';
import { isAcceptableHash, isAcceptablePassword } from './password-rules.js';

describe('an acceptable password', () => {
  it.each([
    ['8 characters', 'x'.repeat(8), true],
    ['7 characters', 'x'.repeat(7), false],
    ['256 characters', 'x'.repeat(256), true],
    ['257 characters', 'x'.repeat(257), false],
    ['8 emoji, each one character of two units', '😀'.repeat(8), true],
    ['256 emoji', '😀'.repeat(256), true],
    ['257 emoji', '😀'.repeat(257), false],
    ['half a surrogate pair', `password${'\ud83d'}`, false],
    ['a megabyte', 'x'.repeat(1_048_576), false],
  ])('has %s: %#', (_, password, acceptable) => {
    expect(isAcceptablePassword(password)).toBe(acceptable);
  });
});

describe('an acceptable hash', () => {
  const salt = 'c29tZXNhbHRzb21lc2FsdA';
  const digest = 'A'.repeat(43);
  it.each([
    [`$argon2id$v=19$m=19456,t=2,p=1$${salt}$${digest}`, true],
    [`$argon2id$v=19$m=7168,t=5,p=1$${salt}$${digest}`, true],
    [`$argon2id$v=19$m=7167,t=5,p=1$${salt}$${digest}`, false],
    [`$argon2id$v=19$m=4194304,t=2,p=1$${salt}$${digest}`, false],
    [`$argon2id$v=19$m=19456,t=99,p=1$${salt}$${digest}`, false],
    [`$argon2id$v=19$m=19456,t=2,p=9$${salt}$${digest}`, false],
    [`$argon2i$v=19$m=19456,t=2,p=1$${salt}$${digest}`, false],
    [`$argon2id$v=16$m=19456,t=2,p=1$${salt}$${digest}`, false],
    ['$2b$12$abcdefghijklmnopqrstuuXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX', false],
    ['', false],
  ])('%s: %s', (hash, acceptable) => {
    expect(isAcceptableHash(hash)).toBe(acceptable);
  });
});

describe('the password hasher', () => {
  const open = (waitingMax = 64) => createPasswordHasher({ concurrency: 1, waitingMax });

  it('makes hashes that an import would take, and knows the password again', async () => {
    const hasher = await open();
    const hash = await hasher.hash('correct horse');
    expect(isAcceptableHash(hash)).toBe(true);
    expect(await hasher.verify(hash, 'correct horse')).toBe(true);
    expect(await hasher.verify(hash, 'wrong horse')).toBe(false);
    expect(await hasher.hash('correct horse')).not.toBe(hash);
  });
  it('takes one password for the same however its accents are composed', async () => {
    const hasher = await open();
    const hash = await hasher.hash('pa\u0308ssword');
    expect(await hasher.verify(hash, 'p\u00e4ssword')).toBe(true);
  });
  it('knows no password of nobody', async () => {
    const hasher = await open();
    expect(await hasher.verify(null, 'the password of nobody')).toBe(false);
  });
  it('refuses what does not fit into its queue, and serves what does', async () => {
    const hasher = await open(3);
    const calls = Array.from({ length: 10 }, () => hasher.hash('correct horse'));
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.map(({ status }) => status)).toEqual([
      ...Array<string>(4).fill('fulfilled'),
      ...Array<string>(6).fill('rejected'),
    ]);
    const refused = outcomes.at(-1) as PromiseRejectedResult;
    expect(refused.reason).toBeInstanceOf(IdentityError);
    expect(refused.reason).toMatchObject({ code: 'overloaded', retryAfterMs: 2_000 });
    expect(hasher.waiting()).toBe(0);
  });
});
