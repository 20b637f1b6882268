import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';

/** What the key file holds. `keys` oldest first: the newest signs, all are accepted. */
export type IdentityKeyDocument = {
  readonly version: 1;
  readonly keys: readonly { readonly createdAt: string; readonly privateKey: JsonWebKey }[];
  /** Base64url of 32 bytes: with a family's own salt it makes the refresh tokens. Rotating the signing keys leaves it. */
  readonly refreshSecret: string;
};

export type PublicJwk = {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'EdDSA';
};
export type IdentityKeys = {
  readonly signing: { readonly kid: string; readonly privateKey: KeyObject };
  readonly publicKeys: ReadonlyMap<string, KeyObject>;
  /** RFC 7517: what others need to verify our tokens. */
  readonly jwks: { readonly keys: readonly PublicJwk[] };
  readonly refreshSecret: Buffer;
};

/** Old keys stay for tokens that are still good; a token lives shorter than two rotations. */
const KEYS_MAX = 3;
const REFRESH_SECRET_BYTES = 32;

export const newIdentityKeyDocument = (nowIso: string): IdentityKeyDocument => ({
  version: 1,
  keys: [newKey(nowIso)],
  refreshSecret: randomBytes(REFRESH_SECRET_BYTES).toString('base64url'),
});

/** Adds a key that signs from now on; tokens of the keys before it stay good. */
export const withNewKey = (document: IdentityKeyDocument, nowIso: string): IdentityKeyDocument => ({
  ...document,
  keys: [...document.keys, newKey(nowIso)].slice(-KEYS_MAX),
});

const newKey = (createdAt: string): IdentityKeyDocument['keys'][number] => ({
  createdAt,
  privateKey: generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }),
});

/** @throws Error when the document is not what `newIdentityKeyDocument` makes */
export const identityKeysOf = async (document: IdentityKeyDocument): Promise<IdentityKeys> => {
  const privateKeys = document.keys.map(({ privateKey: key }) => createPrivateKey({ key, format: 'jwk' }));
  const keys = await Promise.all(privateKeys.map(keyOf));
  const signing = keys.at(-1);
  const refreshSecret = Buffer.from(document.refreshSecret, 'base64url');
  if (signing === undefined || refreshSecret.length !== REFRESH_SECRET_BYTES) throw new Error('keys are missing');
  return {
    signing: { kid: signing.jwk.kid, privateKey: signing.privateKey },
    publicKeys: new Map(keys.map(({ jwk, publicKey }) => [jwk.kid, publicKey])),
    jwks: { keys: keys.map(({ jwk }) => jwk) },
    refreshSecret,
  };
};

type KeyPair = { readonly jwk: PublicJwk; readonly privateKey: KeyObject; readonly publicKey: KeyObject };

/** The id of a key is its thumbprint (RFC 7638): every server that has the key file gives it the same one. */
const keyOf = async (privateKey: KeyObject): Promise<KeyPair> => {
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error('a key is not an Ed25519 key');
  const publicKey = createPublicKey(privateKey);
  const x = publicKey.export({ format: 'jwk' }).x as string;
  const kid = await calculateJwkThumbprint(publicKey);
  return { jwk: { kty: 'OKP', crv: 'Ed25519', x, kid, use: 'sig', alg: 'EdDSA' }, privateKey, publicKey };
};
