import type { Clock, Logger } from '@verbatim/platform';
import type { RateLimiter, RateLimits } from '@verbatim/rate-limit';
import type { StateStore } from '@verbatim/state';
import type { AccountRecord, ImportOutcome } from './account/import-accounts.js';
import type { LoginRequest } from './account/login.js';
import type { ChangePasswordRequest } from './account/password-change.js';
import type { RegisterRequest } from './account/registration.js';
import type { Actor } from './actor.js';
import type { IdentityConfig } from './identity-config.js';
import type { Requester } from './limits.js';
import type { Tokens } from './session/sign-in.js';
import type { VerifiedToken } from './token/access-token.js';
import type { IdentityKeys, PublicJwk } from './token/identity-keys.js';
import type { UserEvents } from './user-events.js';

export type IdentityDeps = {
  readonly state: StateStore;
  readonly events: UserEvents;
  readonly limiter: RateLimiter;
  readonly limits: RateLimits;
  readonly clock: Clock;
  readonly keys: IdentityKeys;
  readonly config: IdentityConfig;
  readonly logger: Logger;
};

/** An account as the rest of the service may see it; the profile is in the log. */
export type Account = { readonly userId: string; readonly userName: string };
/** A device that is signed in. `lastSeenAt`: its last login or refresh. */
export type SignedInDevice = {
  readonly deviceId: string;
  readonly deviceName: string;
  readonly lastSeenAt: string;
  /** Whether it is the one that asks. */
  readonly current: boolean;
};

/** Refusals are `IdentityError`s with codes of the protocol, also when State is full or fails; what the log throws passes through. */
export interface Identity {
  register(request: RegisterRequest, from: Requester): Promise<Tokens>;
  login(request: LoginRequest, from: Requester): Promise<Tokens>;
  refresh(refreshToken: string, from: Requester): Promise<Tokens>;
  /** Ends the actor's session. Repeatable. */
  logout(actor: Actor): Promise<void>;
  changePassword(actor: Actor, request: ChangePasswordRequest): Promise<void>;
  devicesOf(actor: Actor): Promise<readonly SignedInDevice[]>;
  /** Repeatable. @throws IdentityError `device-not-found` also for devices of others */
  revokeDevice(actor: Actor, deviceId: string): Promise<void>;

  /** Signature, issuer, audience, times; nothing about the session. @throws IdentityError `token-invalid`, `token-expired` */
  verifyAccessToken(token: string): Promise<VerifiedToken>;
  /** As `verifyAccessToken`, and the session is still good. @throws IdentityError `session-ended` too */
  authenticate(token: string): Promise<VerifiedToken>;
  /** False as soon as this process ended it or was told so, within 2 s otherwise. */
  isSessionActive(sessionId: string): Promise<boolean>;
  /** Another process ended the session: its event was seen in the log. */
  sessionRevoked(sessionId: string): void;
  jwks(): { readonly keys: readonly PublicJwk[] };

  /** Null for a user who does not exist, or not yet. */
  accountOf(userId: string): Promise<Account | null>;
  /** @param userName in any case */
  accountNamed(userName: string): Promise<Account | null>;

  importAccounts(
    records: readonly AccountRecord[],
    options?: { readonly signIn?: boolean },
  ): Promise<readonly ImportOutcome[]>;
  /** Catches up with what a crash left between State and the log. @returns how many steps were finished */
  finishPending(minAgeMs?: number): Promise<number>;
  /** Runs `finishPending` once a minute until `stop`. */
  start(): void;
  stop(): Promise<void>;
  /** Password hashes that wait for their turn. */
  waitingHashes(): number;
}
