import { createHmac, randomUUID } from 'node:crypto';
import type { ErrorCode } from '@verbatim/protocol';
import { type Mint, encoded } from '../scene/mint.js';

/** A token that is shown instead of ada's, over every transport: to each it is refused with the code. */
export type TokenRow = { readonly name: string; readonly token: (mint: Mint) => string; readonly code: ErrorCode };

const HOUR_S = 3_600;
const invalid = (name: string, token: TokenRow['token']): TokenRow => ({ name, token, code: 'token-invalid' });
const withHeader = (name: string, header: (mint: Mint) => Record<string, unknown>): TokenRow =>
  invalid(name, (mint) => mint.signed({ ...mint.header, ...header(mint) }, mint.claims));
const withClaims = (name: string, claims: (mint: Mint) => Record<string, unknown>): TokenRow =>
  invalid(name, (mint) => mint.signed(mint.header, { ...mint.claims, ...claims(mint) }));

const unsigned = (alg: string): TokenRow =>
  invalid(`unsigned, alg ${alg}`, ({ header, claims }) => `${encoded({ ...header, alg })}.${encoded(claims)}.`);
const byHmac = (name: string, secret: (mint: Mint) => string | Buffer): TokenRow =>
  invalid(`signed by HS256 with ${name}`, (mint) => {
    const text = `${encoded({ ...mint.header, alg: 'HS256' })}.${encoded(mint.claims)}`;
    return `${text}.${createHmac('sha256', secret(mint)).update(text).digest('base64url')}`;
  });
/** Counted from the end: in the middle of a signature of 86 characters, where every bit of a character is one of the signature's. */
const IN_THE_SIGNATURE = 40;
const withOtherCharacter = (token: string, at: number): string =>
  `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
const parts = (token: string): readonly [string, string, string] => token.split('.') as [string, string, string];

export const tokenRows: readonly TokenRow[] = [
  ...['none', 'None', 'NONE', ''].map(unsigned),
  byHmac('the public key as PEM', ({ publicPem }) => publicPem),
  byHmac('the public key as bytes', ({ publicBytes }) => publicBytes),
  byHmac('an empty secret', () => ''),
  invalid('signed with another key', (mint) => mint.signedByAnother(mint.header, mint.claims)),
  invalid('signed with another key that its header brings', (mint) =>
    mint.signedByAnother({ ...mint.header, jwk: mint.otherJwk }, mint.claims),
  ),
  withHeader('kid as a path', () => ({ kid: '../../../../etc/passwd' })),
  withHeader('kid as SQL', () => ({ kid: "' UNION SELECT 'x" })),
  withHeader('kid as an address', ({ trap }) => ({ kid: `${trap}/key` })),
  withHeader('kid as a number', () => ({ kid: 0 })),
  withHeader('kid of the prototype', () => ({ kid: '__proto__' })),
  withHeader('without a kid', () => ({ kid: undefined })),
  withHeader('jku', ({ trap }) => ({ jku: `${trap}/jwks.json` })),
  withHeader('x5u', ({ trap }) => ({ x5u: `${trap}/x5u.pem` })),
  withHeader('an own jwk', ({ otherJwk }) => ({ jwk: otherJwk })),
  withHeader('a critical extension', () => ({ crit: ['exp'] })),
  withHeader('the type of other tokens', () => ({ typ: 'JWT' })),
  withHeader('no type', () => ({ typ: undefined })),
  withClaims('another issuer', () => ({ iss: 'somebody-else' })),
  withClaims('another audience', () => ({ aud: 'somewhere-else' })),
  withClaims('a list of audiences', ({ claims }) => ({ aud: [claims['aud']] })),
  withClaims('no end', () => ({ exp: undefined })),
  withClaims('an end that is a text', ({ claims }) => ({ exp: String(claims['exp']) })),
  withClaims('an end beyond all numbers', () => ({ exp: 2 ** 60 })),
  withClaims('no beginning', () => ({ nbf: undefined })),
  withClaims('a beginning in an hour', ({ nowS }) => ({ nbf: nowS + HOUR_S })),
  withClaims('issued in an hour', ({ nowS }) => ({ iat: nowS + HOUR_S })),
  withClaims('no subject', () => ({ sub: undefined })),
  withClaims('a stream as its subject', () => ({ sub: '$all' })),
  withClaims('a role that is none', () => ({ role: 'root' })),
  {
    name: 'that expired a minute ago',
    token: (mint) => mint.signed(mint.header, { ...mint.claims, exp: mint.nowS - 60 }),
    code: 'token-expired',
  },
  {
    name: 'of a session that never was',
    token: (mint) => mint.signed(mint.header, { ...mint.claims, sid: randomUUID() }),
    code: 'session-ended',
  },
  invalid('with the claims changed behind the signature', ({ good, claims }) => {
    const [header, , signature] = parts(good);
    return `${header}.${encoded({ ...claims, role: 'admin' })}.${signature}`;
  }),
  invalid('with a bit of the signature flipped', ({ good }) =>
    withOtherCharacter(good, good.length - IN_THE_SIGNATURE),
  ),
  invalid('without a signature', ({ good }) => parts(good).slice(0, 2).join('.')),
  invalid('in four parts', ({ good }) => `${good}.AAAA`),
  invalid('with a padded signature', ({ good }) => `${good}==`),
  invalid('that is a refresh token', ({ refreshToken }) => refreshToken),
  invalid('that is no token', () => 'null'),
];
