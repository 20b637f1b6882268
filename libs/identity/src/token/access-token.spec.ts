import { createHash, createHmac, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import type { Actor } from '../actor.js';
import { IdentityError } from '../identity-error.js';
import { signAccessToken, verifyAccessToken } from './access-token.js';
import { identityKeysOf, newIdentityKeyDocument, withNewKey } from './identity-keys.js';
import type { IdentityKeys, PublicJwk } from './identity-keys.js';

const document = newIdentityKeyDocument('2026-01-01T00:00:00.000Z');
const keys = await identityKeysOf(document);
const rulesOf = (of: IdentityKeys) => ({
  ...{ keys: of, publicKeys: of.publicKeys },
  ...{ issuer: 'verbatim', audience: 'verbatim' },
});
const rules = rulesOf(keys);
const actor: Actor = {
  userId: '01900000-0000-7000-8000-000000000001',
  deviceId: '01900000-0000-7000-8000-000000000002',
  sessionId: '01900000-0000-7000-8000-000000000003',
  role: 'user',
};
const NOW_MS = 1_770_000_000_000;
const NOW_S = NOW_MS / 1_000;
const good = await signAccessToken(rules, actor, { fromMs: NOW_MS, untilMs: NOW_MS + 900_000 });
const kid = keys.signing.kid;
const goodHeader = { alg: 'EdDSA', kid, typ: 'at+jwt' };
const { userId: sub, deviceId: did, sessionId: sid, role } = actor;
const goodClaims = { iss: 'verbatim', aud: 'verbatim', sub, did, sid, role, iat: NOW_S, nbf: NOW_S, exp: NOW_S + 900 };

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const signedWith =
  (privateKey = keys.signing.privateKey) =>
  (header: unknown, claims: unknown): string => {
    const text = `${part(header)}.${part(claims)}`;
    return `${text}.${sign(null, Buffer.from(text), privateKey).toString('base64url')}`;
  };
const signed = signedWith();
const without = (claim: keyof typeof goodClaims): object => ({ ...goodClaims, [claim]: undefined });
const foreign = generateKeyPairSync('ed25519');

const hmacWithPublicKey = (): string => {
  const secret = keys.publicKeys.get(kid)?.export({ type: 'spki', format: 'pem' }) as string;
  const text = `${part({ ...goodHeader, alg: 'HS256' })}.${part(goodClaims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
};

const attacks: [string, string][] = [
  ['nothing', ''],
  ['no JWT at all', 'Bearer'],
  ['two parts', good.split('.').slice(0, 2).join('.')],
  ['four parts', `${good}.${good.split('.')[2]}`],
  ['blanks around it', ` ${good}`],
  ['a megabyte', 'x'.repeat(1_048_576)],
  ['alg none without a signature', `${part({ alg: 'none', typ: 'at+jwt' })}.${part(goodClaims)}.`],
  ['alg none with the good signature', `${part({ ...goodHeader, alg: 'none' })}.${good.split('.').slice(1).join('.')}`],
  ['HS256 with the public key as its secret', hmacWithPublicKey()],
  [
    'the good signature under other claims',
    `${good.split('.')[0]}.${part({ ...goodClaims, role: 'admin' })}.${good.split('.')[2]}`,
  ],
  ['a foreign key under our key’s id', signedWith(foreign.privateKey)(goodHeader, goodClaims)],
  [
    'a key in the header',
    signedWith(foreign.privateKey)({ ...goodHeader, jwk: foreign.publicKey.export({ format: 'jwk' }) }, goodClaims),
  ],
  ['alg Ed25519, a name that we do not write', signed({ ...goodHeader, alg: 'Ed25519' }, goodClaims)],
  ['an address of keys (jku)', signed({ ...goodHeader, jku: 'http://127.0.0.1:9/keys' }, goodClaims)],
  ['an address of certificates (x5u)', signed({ ...goodHeader, x5u: 'http://127.0.0.1:9/x' }, goodClaims)],
  ['a critical extension', signed({ ...goodHeader, crit: ['b64'], b64: false }, goodClaims)],
  ['no key id', signed({ alg: 'EdDSA', typ: 'at+jwt' }, goodClaims)],
  ['a path as key id', signed({ ...goodHeader, kid: '../../etc/passwd' }, goodClaims)],
  ['SQL as key id', signed({ ...goodHeader, kid: "' OR 1=1 --" }, goodClaims)],
  ['a URL as key id', signed({ ...goodHeader, kid: 'http://127.0.0.1:9/key' }, goodClaims)],
  ['the name of an object member as key id', signed({ ...goodHeader, kid: '__proto__' }, goodClaims)],
  ['an object as key id', signed({ ...goodHeader, kid: { $ne: null } }, goodClaims)],
  ['another type of token', signed({ ...goodHeader, typ: 'JWT' }, goodClaims)],
  ['the type in capitals', signed({ ...goodHeader, typ: 'AT+JWT' }, goodClaims)],
  ['the type as a media type', signed({ ...goodHeader, typ: 'application/at+jwt' }, goodClaims)],
  ['no type', signed({ alg: 'EdDSA', kid }, goodClaims)],
  ['a list as header', signed([goodHeader], goodClaims)],
  ['null as claims', signed(goodHeader, null)],
  ['another issuer', signed(goodHeader, { ...goodClaims, iss: 'evil' })],
  ['another audience', signed(goodHeader, { ...goodClaims, aud: 'other' })],
  ['a list of audiences', signed(goodHeader, { ...goodClaims, aud: ['verbatim'] })],
  ['a subject that is no id', signed(goodHeader, { ...goodClaims, sub: 'ada' })],
  ['a session that is an operator', signed(goodHeader, { ...goodClaims, sid: { $gt: '' } })],
  ['a role that does not exist', signed(goodHeader, { ...goodClaims, role: 'root' })],
  ['a time as text', signed(goodHeader, { ...goodClaims, exp: '9999999999' })],
  ['a time between seconds', signed(goodHeader, { ...goodClaims, exp: NOW_S + 0.5 })],
  ['a time beyond numbers', signed(goodHeader, { ...goodClaims, exp: 1e300 })],
  ['a start in the future', signed(goodHeader, { ...goodClaims, nbf: NOW_S + 6 })],
  ['an issue in the future', signed(goodHeader, { ...goodClaims, iat: NOW_S + 6 })],
  ...(['iss', 'aud', 'sub', 'did', 'sid', 'role', 'iat', 'nbf', 'exp'] as const).map((claim): [string, string] => [
    `no ${claim}`,
    signed(goodHeader, without(claim)),
  ]),
];

describe('an access token', () => {
  it('says who, until when', async () => {
    expect(await verifyAccessToken(rules, good, NOW_MS)).toEqual({ actor, expiresAtMs: NOW_MS + 900_000 });
  });
  it('is good to its last millisecond', async () => {
    await expect(verifyAccessToken(rules, good, NOW_MS + 899_999)).resolves.toMatchObject({ actor });
    for (const lateMs of [0, 4_999, 5_000, 86_400_000]) {
      const late = verifyAccessToken(rules, good, NOW_MS + 900_000 + lateMs);
      await expect(late).rejects.toMatchObject({ code: 'token-expired' });
    }
  });
  it('allows for clocks five seconds apart', async () => {
    await expect(verifyAccessToken(rules, good, NOW_MS - 5_000)).resolves.toMatchObject({ actor });
    await expect(verifyAccessToken(rules, good, NOW_MS - 5_001)).rejects.toMatchObject({ code: 'token-invalid' });
  });
  it.each(attacks)('is refused with %s', async (_, token) => {
    const refusal = expect.objectContaining({ code: 'token-invalid' });
    await expect(verifyAccessToken(rules, token, NOW_MS)).rejects.toBeInstanceOf(IdentityError);
    await expect(verifyAccessToken(rules, token, NOW_MS)).rejects.toEqual(refusal);
  });
  it('is what the attacks are made from: the same parts, unspoilt, are good', async () => {
    expect((await verifyAccessToken(rules, signed(goodHeader, goodClaims), NOW_MS)).actor).toEqual(actor);
  });
});

describe('the keys', () => {
  it('are published so that our tokens verify without our library, and without anything private', () => {
    const published = JSON.parse(JSON.stringify(keys.jwks)) as typeof keys.jwks;
    const [header, claims, signature] = good.split('.') as [string, string, string];
    const read = (text: string): unknown => JSON.parse(Buffer.from(text, 'base64url').toString());
    expect(read(header)).toEqual(goodHeader);
    expect(read(claims)).toEqual(goodClaims);
    const key = createPublicKey({ key: { ...published.keys.find((jwk) => jwk.kid === kid) }, format: 'jwk' });
    const bytes = Buffer.from(signature, 'base64url');
    expect(verify(null, Buffer.from(`${header}.${claims}`), key, bytes)).toBe(true);
    expect(verify(null, Buffer.from(`${header}.${part({ ...goodClaims, role: 'admin' })}`), key, bytes)).toBe(false);
    expect(JSON.stringify(published)).not.toContain('"d"');
  });
  it('are named by the hash of their required members, in the order of the alphabet (RFC 7638)', () => {
    const { crv, kty, x } = keys.jwks.keys[0] as PublicJwk;
    const text = JSON.stringify({ crv, kty, x });
    expect(kid).toBe(createHash('sha256').update(text).digest('base64url'));
  });
  it('rotate: the newest signs, tokens of the ones before stay good, a key that left is forgotten', async () => {
    let newer = withNewKey(document, '2026-02-01T00:00:00.000Z');
    const after = rulesOf(await identityKeysOf(newer));
    expect(after.keys.signing.kid).not.toBe(kid);
    expect((await verifyAccessToken(after, good, NOW_MS)).actor).toEqual(actor);
    newer = withNewKey(withNewKey(newer, '2026-03-01T00:00:00.000Z'), '2026-04-01T00:00:00.000Z');
    const late = rulesOf(await identityKeysOf(newer));
    await expect(verifyAccessToken(late, good, NOW_MS)).rejects.toMatchObject({ code: 'token-invalid' });
    expect(late.keys.refreshSecret).toEqual(keys.refreshSecret);
  });
});
