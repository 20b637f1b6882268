import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * `vr1.<sessionId>.<family>.<secret>`: the id finds the session; `family` is the same in all tokens of a session, so that an old
 * token is told from an invented one, which must not end anybody's session; `secret` changes with every refresh.
 */
export type RefreshToken = { readonly sessionId: string; readonly family: string; readonly secret: string };

const FORM = /^vr1\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/;
const FAMILY_BYTES = 16;
const SALT_BYTES = 16;

export const parseRefreshToken = (text: string): RefreshToken | null => {
  const [, sessionId, family, secret] = FORM.exec(text) ?? [];
  return sessionId === undefined || family === undefined || secret === undefined ? null : { sessionId, family, secret };
};

export const formatRefreshToken = ({ sessionId, family, secret }: RefreshToken): string =>
  `vr1.${sessionId}.${family}.${secret}`;

export const newFamily = (): string => randomBytes(FAMILY_BYTES).toString('base64url');
export const newSalt = (): string => randomBytes(SALT_BYTES).toString('base64url');

/**
 * A token is made from the key file's secret and from a salt in State: a lost answer can be made again without storing the token,
 * and neither the file nor State alone gives a token away.
 */
export const secretOf = (refreshSecret: Buffer, sessionId: string, salt: string): string =>
  createHmac('sha256', refreshSecret).update(`refresh.${sessionId}.${salt}`).digest('base64url');

/** What State keeps of a family or secret. 128 random bits and more need no slow hash. */
export const fingerprintOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

export const sameFingerprint = (left: string, right: string): boolean =>
  left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
