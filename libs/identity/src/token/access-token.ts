import { sign, verify } from 'node:crypto';
import { isUuid } from '@verbatim/platform';
import { TOKEN_MAX_CHARACTERS } from '@verbatim/protocol';
import { roles } from '../actor.js';
import type { Actor, Role } from '../actor.js';
import { IdentityError } from '../identity-error.js';
import type { IdentityKeys } from './identity-keys.js';

/** RFC 9068: says that a token is an access token, so that no other JWT of the same issuer passes for one. */
const TYPE = 'at+jwt';
/** Clocks of machines that share keys differ by less. */
const CLOCK_SKEW_MS = 5_000;
const COMPACT = /^[A-Za-z0-9_-]{1,1024}\.[A-Za-z0-9_-]{1,3072}\.[A-Za-z0-9_-]{86}$/;

export type AccessTokenRules = {
  readonly keys: IdentityKeys;
  readonly issuer: string;
  readonly audience: string;
};
/** What a good token says. `expiresAtMs` in ms since the epoch. */
export type VerifiedToken = { readonly actor: Actor; readonly expiresAtMs: number };

/** JWT (RFC 7519) signed with Ed25519; times in whole seconds. */
export const signAccessToken = (
  { keys, issuer, audience }: AccessTokenRules,
  { userId, deviceId, sessionId, role }: Actor,
  validity: { readonly fromMs: number; readonly untilMs: number },
): string => {
  const issuedAt = Math.floor(validity.fromMs / 1_000);
  const header = { alg: 'EdDSA', kid: keys.signing.kid, typ: TYPE };
  const times = { iat: issuedAt, nbf: issuedAt, exp: Math.floor(validity.untilMs / 1_000) };
  const claims = { iss: issuer, aud: audience, sub: userId, did: deviceId, sid: sessionId, role, ...times };
  const text = `${encode(header)}.${encode(claims)}`;
  return `${text}.${sign(null, Buffer.from(text), keys.signing.privateKey).toString('base64url')}`;
};

/**
 * Takes what `signAccessToken` makes and nothing else: one algorithm, keys from our own set by their id, no header that names a
 * key or an address, every claim there. Reads no file and no network.
 * @throws IdentityError `token-invalid`, `token-expired`
 */
export const verifyAccessToken = (rules: AccessTokenRules, token: string, nowMs: number): VerifiedToken => {
  if (token.length > TOKEN_MAX_CHARACTERS || !COMPACT.test(token)) throw new IdentityError('token-invalid');
  const [header, payload, signature] = token.split('.') as [string, string, string];
  const kid = kidOf(decode(header));
  const key = kid === null ? undefined : rules.keys.publicKeys.get(kid);
  const signed = Buffer.from(`${header}.${payload}`);
  if (key === undefined || !verify(null, signed, key, Buffer.from(signature, 'base64url'))) {
    throw new IdentityError('token-invalid');
  }
  return verifiedClaims(rules, decode(payload), nowMs);
};

const kidOf = (header: Record<string, unknown>): string | null => {
  const { alg, kid, typ, ...others } = header;
  const plain = alg === 'EdDSA' && typ === TYPE && Object.keys(others).length === 0;
  return plain && typeof kid === 'string' ? kid : null;
};

const verifiedClaims = (rules: AccessTokenRules, claims: Record<string, unknown>, nowMs: number): VerifiedToken => {
  const { iss, aud, sub, did, sid, role, exp, nbf, iat } = claims;
  const isOurs = iss === rules.issuer && aud === rules.audience;
  if (!isOurs || !isUuid(sub) || !isUuid(did) || !isUuid(sid) || !isRole(role))
    throw new IdentityError('token-invalid');
  if (![exp, nbf, iat].every(Number.isSafeInteger)) throw new IdentityError('token-invalid');
  const latestStartMs = Math.max(nbf as number, iat as number) * 1_000;
  if (latestStartMs > nowMs + CLOCK_SKEW_MS) throw new IdentityError('token-invalid');
  const expiresAtMs = (exp as number) * 1_000;
  if (expiresAtMs <= nowMs) throw new IdentityError('token-expired');
  return { actor: { userId: sub, deviceId: did, sessionId: sid, role }, expiresAtMs };
};

const isRole = (role: unknown): role is Role => (roles as readonly unknown[]).includes(role);

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const decode = (text: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // falls through to the same refusal
  }
  throw new IdentityError('token-invalid');
};
