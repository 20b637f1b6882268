import type { DeviceRevocationReason } from '../user-events.js';
import { fingerprintOf, formatRefreshToken, newFamily, newSalt, sameFingerprint, secretOf } from './refresh-token.js';
import type { RefreshToken } from './refresh-token.js';

/** One login on one device and all refresh tokens that follow from it. Deleted once its end is in the log. */
export type SessionDocument = {
  readonly userId: string;
  readonly deviceId: string;
  /** Number of the account's password that it began with; a password change ends those of lower numbers. */
  readonly passwordNumber: number;
  readonly familyFingerprint: string;
  readonly salt: string;
  readonly currentFingerprint: string;
  /** Of the token before; null before the first refresh. */
  readonly previousFingerprint: string | null;
  readonly rotatedAtMs: number;
  readonly expiresAtMs: number;
  /** Why it ends. Its tokens are good no more; that the device is revoked has still to be appended. */
  readonly ending?: DeviceRevocationReason;
  /** `ending`, as the index finds it. */
  readonly unfinished?: 'ending';
};

export type SessionOwner = { readonly sessionId: string } & Pick<
  SessionDocument,
  'userId' | 'deviceId' | 'passwordNumber'
>;

export type SessionRules = {
  readonly refreshSecret: Buffer;
  readonly refreshTokenTtlMs: number;
  readonly refreshGraceMs: number;
};

export const newSession = (
  rules: SessionRules,
  { sessionId, ...owner }: SessionOwner,
  nowMs: number,
): { readonly document: SessionDocument; readonly refreshToken: string } => {
  const family = newFamily();
  const salt = newSalt();
  const secret = secretOf(rules.refreshSecret, sessionId, salt);
  const document = {
    ...owner,
    familyFingerprint: fingerprintOf(family),
    salt,
    currentFingerprint: fingerprintOf(secret),
    previousFingerprint: null,
    rotatedAtMs: nowMs,
    expiresAtMs: nowMs + rules.refreshTokenTtlMs,
  };
  return { document, refreshToken: formatRefreshToken({ sessionId, family, secret }) };
};

export const isLive = (session: SessionDocument, nowMs: number): boolean =>
  session.ending === undefined && session.expiresAtMs > nowMs;

/**
 * What a presented token is. `current`: good for one rotation. `repeated`: the one before, shortly after the rotation: the answer
 * was lost, or two tabs asked at once; it fetches the same present token again, so there is never a second one. `reused`: an older
 * one: somebody has a copy. `unknown`: never was a token of this session.
 */
export type RefreshTokenStanding = 'current' | 'repeated' | 'reused' | 'unknown';

export const standingOf = (
  session: SessionDocument,
  token: RefreshToken,
  rules: SessionRules,
  nowMs: number,
): RefreshTokenStanding => {
  if (!sameFingerprint(fingerprintOf(token.family), session.familyFingerprint)) return 'unknown';
  const fingerprint = fingerprintOf(token.secret);
  if (sameFingerprint(fingerprint, session.currentFingerprint)) return 'current';
  const sinceRotationMs = nowMs - session.rotatedAtMs;
  const inGrace = sinceRotationMs >= 0 && sinceRotationMs <= rules.refreshGraceMs;
  const isPrevious = session.previousFingerprint !== null && sameFingerprint(fingerprint, session.previousFingerprint);
  // Another key file since the rotation: the present token cannot be made again, and the repetition is no theft either.
  if (isPrevious && inGrace) return canRepeat(session, token, rules) ? 'repeated' : 'unknown';
  return 'reused';
};

const canRepeat = (session: SessionDocument, { sessionId }: RefreshToken, { refreshSecret }: SessionRules): boolean =>
  fingerprintOf(secretOf(refreshSecret, sessionId, session.salt)) === session.currentFingerprint;

/** The session after its current token was used, and the token that is current now. */
export const rotated = (
  session: SessionDocument,
  token: RefreshToken,
  rules: SessionRules,
  nowMs: number,
): { readonly document: SessionDocument; readonly refreshToken: string } => {
  const salt = newSalt();
  const secret = secretOf(rules.refreshSecret, token.sessionId, salt);
  const document = {
    ...session,
    salt,
    currentFingerprint: fingerprintOf(secret),
    previousFingerprint: session.currentFingerprint,
    rotatedAtMs: nowMs,
    expiresAtMs: nowMs + rules.refreshTokenTtlMs,
  };
  return { document, refreshToken: formatRefreshToken({ ...token, secret }) };
};

/** The present token once more, for one that is `repeated`. */
export const presentToken = (session: SessionDocument, token: RefreshToken, { refreshSecret }: SessionRules): string =>
  formatRefreshToken({ ...token, secret: secretOf(refreshSecret, token.sessionId, session.salt) });
