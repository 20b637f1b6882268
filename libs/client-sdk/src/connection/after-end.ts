import { closeCodes, reconnectsAfter } from '@verbatim/protocol';
import type { ErrorCode } from '@verbatim/protocol';
import type { AttemptEnd } from './attempt.js';
import type { ClosedReason } from './connection-state.js';

export type NextStep =
  | { readonly kind: 'reconnect'; readonly renewToken: boolean }
  | { readonly kind: 'closed'; readonly reason: ClosedReason };

const tokenCodes: ReadonlySet<ErrorCode> = new Set(['token-invalid', 'token-expired', 'not-authenticated'] as const);
const goneCodes: ReadonlySet<ErrorCode> = new Set(['session-ended', 'subject-mismatch', 'account-suspended'] as const);

/**
 * What follows the end of a connection. A token that the server does not take is renewed once: it may have expired
 * unseen, or been signed with a key that is gone. A renewed one that is not taken either ends the session.
 */
export const afterEnd = (end: AttemptEnd, tokenWasRenewed: boolean): NextStep => {
  const refusal = end.refusal?.code;
  if (refusal !== undefined && goneCodes.has(refusal)) {
    return { kind: 'closed', reason: { kind: 'signed-out', code: refusal } };
  }
  const badToken = refusal === undefined ? end.code === closeCodes['bad-token'].code : tokenCodes.has(refusal);
  if (badToken) {
    return tokenWasRenewed
      ? { kind: 'closed', reason: { kind: 'signed-out', code: refusal ?? 'token-invalid' } }
      : { kind: 'reconnect', renewToken: true };
  }
  if (refusal !== undefined && end.refusal?.retryable === false) {
    return { kind: 'closed', reason: { kind: 'refused', code: end.code, text: refusal } };
  }
  if (refusal === undefined && !reconnectsAfter(end.code)) {
    return { kind: 'closed', reason: { kind: 'refused', code: end.code, text: end.reason } };
  }
  return { kind: 'reconnect', renewToken: end.code === closeCodes['token-expired'].code };
};
