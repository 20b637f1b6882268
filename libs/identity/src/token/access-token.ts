import type { KeyObject } from 'node:crypto';
import { isUuid } from '@verbatim/platform';
import { TOKEN_MAX_CHARACTERS } from '@verbatim/protocol';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { JWTHeaderParameters, JWTPayload } from 'jose';
import { roles } from '../actor.js';
import type { Actor, Role } from '../actor.js';
import { IdentityError } from '../identity-error.js';
import type { IdentityKeys } from './identity-keys.js';

const ALGORITHM = 'EdDSA';
/** RFC 9068: says that a token is an access token, so that no other JWT of the same issuer passes for one. */
const TYPE = 'at+jwt';
/** Clocks of machines that share keys differ by less. */
const CLOCK_SKEW_S = 5;
/** What is longer or made of other characters is not worth parsing. */
const COMPACT = /^[A-Za-z0-9_-]{1,1024}\.[A-Za-z0-9_-]{1,3072}\.[A-Za-z0-9_-]{86}$/;
const REQUIRED_CLAIMS = ['iss', 'aud', 'sub', 'did', 'sid', 'role', 'iat', 'nbf', 'exp'];

/** Keys by their id: those of a file are at hand, those of another process may have to be asked for. */
export type PublicKeys = {
  readonly get: (kid: string) => KeyObject | undefined | Promise<KeyObject | undefined>;
};
export type VerificationRules = {
  readonly publicKeys: PublicKeys;
  readonly issuer: string;
  readonly audience: string;
};
export type SigningRules = Omit<VerificationRules, 'publicKeys'> & { readonly keys: IdentityKeys };
/** What a good token says. `expiresAtMs` in ms since the epoch. */
export type VerifiedToken = { readonly actor: Actor; readonly expiresAtMs: number };

/** JWT (RFC 7519) signed with Ed25519; times in whole seconds. */
export const signAccessToken = (
  { keys, issuer, audience }: SigningRules,
  { userId, deviceId, sessionId, role }: Actor,
  validity: { readonly fromMs: number; readonly untilMs: number },
): Promise<string> => {
  const issuedAt = Math.floor(validity.fromMs / 1_000);
  return new SignJWT({ did: deviceId, sid: sessionId, role })
    .setProtectedHeader({ alg: ALGORITHM, kid: keys.signing.kid, typ: TYPE })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(userId)
    .setIssuedAt(issuedAt)
    .setNotBefore(issuedAt)
    .setExpirationTime(Math.floor(validity.untilMs / 1_000))
    .sign(keys.signing.privateKey);
};

/**
 * Takes what `signAccessToken` makes and nothing else: one algorithm, keys from our own set by their id, no header that names a
 * key or an address, every claim there. Reads no file and no address that the token names.
 * @throws IdentityError `token-invalid`, `token-expired`, and what asking for a key throws
 */
export const verifyAccessToken = async (
  rules: VerificationRules,
  token: string,
  nowMs: number,
): Promise<VerifiedToken> => {
  if (token.length > TOKEN_MAX_CHARACTERS || !COMPACT.test(token)) throw new IdentityError('token-invalid');
  const { issuer, audience, publicKeys } = rules;
  try {
    const { payload } = await jwtVerify(token, (header) => keyNamedBy(header, publicKeys), {
      ...{ algorithms: [ALGORITHM], typ: TYPE, issuer, audience, requiredClaims: REQUIRED_CLAIMS },
      ...{ clockTolerance: CLOCK_SKEW_S, currentDate: new Date(nowMs) },
    });
    return verifiedClaims(payload, nowMs);
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw new IdentityError('token-expired');
    if (error instanceof errors.JOSEError) throw new IdentityError('token-invalid');
    throw error;
  }
};

/** Asked before any signature is looked at. A member that we do not write (`jwk`, `jku`, `x5u`, `crit`) is refused, whatever it says. */
const keyNamedBy = async (
  { alg, kid, typ, ...others }: JWTHeaderParameters,
  publicKeys: PublicKeys,
): Promise<KeyObject> => {
  const isOurs = alg === ALGORITHM && typ === TYPE && Object.keys(others).length === 0;
  const key = isOurs && typeof kid === 'string' ? await publicKeys.get(kid) : undefined;
  if (key === undefined) throw new IdentityError('token-invalid');
  return key;
};

/** What the library leaves open: that ids are ids, times whole numbers, the audience one text, and the end exact to the millisecond. */
const verifiedClaims = ({ aud, sub, did, sid, role, exp, nbf, iat }: JWTPayload, nowMs: number): VerifiedToken => {
  if (typeof aud !== 'string' || !isUuid(sub) || !isUuid(did) || !isUuid(sid) || !isRole(role))
    throw new IdentityError('token-invalid');
  if (!isWhole(exp) || !isWhole(nbf) || !isWhole(iat)) throw new IdentityError('token-invalid');
  if (Math.max(nbf, iat) * 1_000 > nowMs + CLOCK_SKEW_S * 1_000) throw new IdentityError('token-invalid');
  const expiresAtMs = exp * 1_000;
  if (expiresAtMs <= nowMs) throw new IdentityError('token-expired');
  return { actor: { userId: sub, deviceId: did, sessionId: sid, role }, expiresAtMs };
};

const isRole = (role: unknown): role is Role => (roles as readonly unknown[]).includes(role);

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);
