import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Person } from './person.js';
import type { Scene } from './scene.js';

type Json = Readonly<Record<string, unknown>>;

export const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const decoded = (part: string | undefined): Json =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8')) as Json;

/** What somebody needs to make tokens that are almost right: the server's own key among it. */
export type Mint = {
  /** A token that is accepted, taken apart. */
  readonly good: string;
  readonly header: Json;
  readonly claims: Json;
  readonly refreshToken: string;
  readonly nowS: number;
  readonly publicPem: string;
  readonly publicBytes: Buffer;
  readonly otherJwk: JsonWebKey;
  /** Address of a listener that must never be called. */
  readonly trap: string;
  readonly signed: (header: Json, claims: Json) => string;
  readonly signedByAnother: (header: Json, claims: Json) => string;
};

const signer =
  (key: KeyObject): Mint['signed'] =>
  (header, claims) => {
    const text = `${encoded(header)}.${encoded(claims)}`;
    return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
  };

type KeyFile = { readonly keys: readonly { readonly privateKey: JsonWebKey }[] };

/** Takes the signing key from the server's data directory, as only its operator could. */
export const openMint = (scene: Scene, { accessToken, refreshToken }: Person, trap: string): Mint => {
  const file = JSON.parse(readFileSync(join(scene.data.path, 'identity-key.json'), 'utf8')) as KeyFile;
  const [stored] = file.keys;
  if (stored === undefined) throw new Error('the key file holds no key');
  const own = createPrivateKey({ key: stored.privateKey, format: 'jwk' });
  const publicKey = createPublicKey(own);
  const other = generateKeyPairSync('ed25519');
  const [header, claims] = accessToken.split('.');
  return {
    good: accessToken,
    header: decoded(header),
    claims: decoded(claims),
    refreshToken,
    nowS: Math.floor(Date.now() / 1_000),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    publicBytes: Buffer.from(String(publicKey.export({ format: 'jwk' }).x), 'base64url'),
    otherJwk: other.publicKey.export({ format: 'jwk' }),
    trap,
    signed: signer(own),
    signedByAnother: signer(other.privateKey),
  };
};
