import { identityKeysOf, newIdentityKeyDocument, withNewKey } from './identity-keys.js';
import { RemoteKeys } from './remote-keys.js';

const document = newIdentityKeyDocument('2026-01-01T00:00:00.000Z');
const keys = await identityKeysOf(document);
const rotated = await identityKeysOf(withNewKey(document, '2026-02-01T00:00:00.000Z'));

/** Keys of a process that publishes what `published` says at the time of each look. */
const remoteKeys = async (published: () => unknown) => {
  let looks = 0;
  const fetch = async (): Promise<unknown> => {
    looks += 1;
    return JSON.parse(JSON.stringify(published())) as unknown;
  };
  const remote = new RemoteKeys({ fetch, lookMinIntervalMs: 0, lookAgainMs: 3_600_000 });
  await remote.start();
  return { remote, looks: () => looks };
};

describe('keys of another process', () => {
  it('are those that it publishes, and are looked for once', async () => {
    const { remote, looks } = await remoteKeys(() => keys.jwks);
    const key = await remote.get(keys.signing.kid);
    expect(key?.equals(keys.publicKeys.get(keys.signing.kid) as never)).toBe(true);
    expect([looks(), remote.isKnown]).toEqual([1, true]);
    remote.stop();
  });

  it('are looked for again when a token names one that is not known, once for all who ask', async () => {
    let published = keys.jwks;
    const { remote, looks } = await remoteKeys(() => published);
    published = rotated.jwks;
    const found = await Promise.all([1, 2, 3].map(() => remote.get(rotated.signing.kid)));
    expect(found.every((key) => key !== undefined)).toBe(true);
    expect(looks()).toBe(2);
    remote.stop();
  });

  it('are looked for again and again until they are there, without anybody asking', async () => {
    let published: unknown = null;
    const there = Promise.withResolvers<void>();
    const { remote } = await remoteKeys(() => {
      if (published !== null) setImmediate(() => there.resolve());
      return published;
    });
    expect(remote.isKnown).toBe(false);
    published = keys.jwks;
    await there.promise;
    expect(remote.isKnown).toBe(true);
    remote.stop();
  });

  it('do not hold a key that nobody publishes', async () => {
    const { remote } = await remoteKeys(() => keys.jwks);
    expect(await remote.get('made-up')).toBeUndefined();
    remote.stop();
  });

  it('stay as they were when a look fails', async () => {
    let isDown = false;
    const { remote } = await remoteKeys(() => {
      if (isDown) throw new Error('nobody answers');
      return keys.jwks;
    });
    isDown = true;
    expect(await remote.get('made-up')).toBeUndefined();
    expect(await remote.get(keys.signing.kid)).toBeDefined();
    remote.stop();
  });

  it.each([
    ['nothing', null],
    ['no keys', { keys: [] }],
    ['something else', { keys: 'none' }],
    ['keys of another kind', { keys: [{ kty: 'OKP', crv: 'X25519', x: keys.jwks.keys[0]?.x, kid: 'a' }] }],
    ['broken keys', { keys: [{ kty: 'OKP', crv: 'Ed25519', x: '', kid: 'a' }] }],
  ])(
    'are unknown while all that is published is %s, and a token is then no worse than before',
    async (_, published) => {
      const { remote } = await remoteKeys(() => published);
      expect(remote.isKnown).toBe(false);
      await expect(remote.get(keys.signing.kid)).rejects.toMatchObject({ code: 'unavailable' });
      remote.stop();
    },
  );
});
