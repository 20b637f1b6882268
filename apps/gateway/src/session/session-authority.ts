import type { Actor } from '@verbatim/identity';
import type { CloseReason } from '@verbatim/protocol';

export type TokenRefusal = 'token-invalid' | 'token-expired' | 'session-ended' | 'account-suspended';
export type VerifiedToken =
  | { readonly ok: true; readonly actor: Actor; /** Ms since the epoch. */ readonly expiresAtMs: number }
  | { readonly ok: false; readonly code: TokenRefusal };

/** What the gateway asks of identity. Rejects with `IdentityError` while nobody can tell. */
export interface SessionAuthority {
  /** Checks signature, issuer, audience and times. Looks nothing up. */
  verify(accessToken: string): VerifiedToken | Promise<VerifiedToken>;
  /** Whether the session was not signed out or revoked since the token was issued. */
  isActive(actor: Actor): boolean | Promise<boolean>;
  /** The log says that the session has ended: from here on it is not active, whatever was remembered of it. */
  ended(sessionId: string): void;
}

export const closeReasonOf = {
  'token-invalid': 'bad-token',
  'token-expired': 'token-expired',
  'session-ended': 'device-revoked',
  'account-suspended': 'account-suspended',
} as const satisfies Record<TokenRefusal, CloseReason>;
