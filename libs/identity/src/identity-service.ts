import { isUuid } from '@verbatim/platform';
import type { Logger } from '@verbatim/platform';
import type { Accounts, StoredAccount } from './account/accounts.js';
import { importAccounts } from './account/import-accounts.js';
import type { AccountRecord, ImportOutcome } from './account/import-accounts.js';
import type { Login, LoginRequest } from './account/login.js';
import type { ChangePasswordRequest, PasswordChange } from './account/password-change.js';
import type { RegisterRequest, Registration } from './account/registration.js';
import type { UnfinishedWork } from './account/unfinished-work.js';
import { userNameKeyOf } from './account/user-name.js';
import type { Actor } from './actor.js';
import type { Account, Identity, SignedInDevice } from './identity.js';
import { IdentityError } from './identity-error.js';
import type { IdentityLimits, Requester } from './limits.js';
import type { PasswordHasher } from './password/password-hasher.js';
import type { Devices } from './session/devices.js';
import type { SessionActivity } from './session/session-activity.js';
import type { Sessions } from './session/sessions.js';
import type { SignIn, Tokens } from './session/sign-in.js';
import type { VerifiedToken } from './token/access-token.js';
import type { AccessTokens } from './token/access-tokens.js';
import type { IdentityKeys, PublicJwk } from './token/identity-keys.js';
import type { UserEvents } from './user-events.js';

const SWEEP_INTERVAL_MS = 60_000;
/** A registration that takes longer has lost its request. */
const SWEEP_MIN_AGE_MS = 60_000;

export type IdentityParts = {
  readonly accessTokens: AccessTokens;
  readonly accounts: Accounts;
  readonly activity: SessionActivity;
  readonly devices: Devices;
  readonly events: UserEvents;
  readonly hasher: PasswordHasher;
  readonly keys: IdentityKeys;
  readonly limits: IdentityLimits;
  readonly logger: Logger;
  readonly login: Login;
  readonly passwordChange: PasswordChange;
  readonly registration: Registration;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
  readonly unfinishedWork: UnfinishedWork;
};

/** The door of identity: every operation is one call into the part that knows how. */
export class IdentityService implements Identity {
  private timer: NodeJS.Timeout | undefined;
  private sweep: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: IdentityParts) {}

  register(request: RegisterRequest, from: Requester): Promise<Tokens> {
    return this.parts.registration.register(request, from);
  }

  login(request: LoginRequest, from: Requester): Promise<Tokens> {
    return this.parts.login.login(request, from);
  }

  async refresh(refreshToken: string, from: Requester): Promise<Tokens> {
    const { accounts, limits, sessions, signIn } = this.parts;
    await limits.refreshFrom(from);
    const named = await sessions.named(refreshToken);
    if (named === null) throw new IdentityError('refresh-token-invalid');
    await limits.refreshOf(named.token.sessionId);
    const account = (await accounts.byUserId(named.session.userId))?.document;
    if (account?.status === 'suspended') throw new IdentityError('account-suspended');
    if (account?.status !== 'active') throw new IdentityError('refresh-token-invalid');
    const { session, sessionId, refreshToken: next } = await sessions.refresh(named.token);
    return signIn.tokensFor(
      { userId: session.userId, deviceId: session.deviceId, sessionId, role: account.role },
      next,
    );
  }

  async logout(actor: Actor): Promise<void> {
    await this.parts.sessions.end(actor.sessionId, 'signed-out');
  }

  changePassword(actor: Actor, request: ChangePasswordRequest): Promise<void> {
    return this.parts.passwordChange.change(actor, request);
  }

  async devicesOf(actor: Actor): Promise<readonly SignedInDevice[]> {
    const live = await this.parts.sessions.liveOf(actor.userId);
    const lastSeenMs = new Map(live.map(({ sessionId, document }) => [sessionId, document.rotatedAtMs]));
    const devices = await this.parts.devices.registeredTo(actor.userId);
    return devices.flatMap(({ id: deviceId, document: { deviceName, sessionId } }) => {
      const seenMs = lastSeenMs.get(sessionId);
      if (seenMs === undefined) return [];
      return [
        { deviceId, deviceName, lastSeenAt: new Date(seenMs).toISOString(), current: deviceId === actor.deviceId },
      ];
    });
  }

  async revokeDevice({ userId }: Actor, deviceId: string): Promise<void> {
    const { devices, sessions } = this.parts;
    const device = isUuid(deviceId) ? await devices.get(deviceId) : null;
    if (device?.userId !== userId) throw new IdentityError('device-not-found');
    const { sessionId, registeredTo } = device;
    const ended = await sessions.end(sessionId, 'revoked');
    if (!ended && registeredTo !== undefined) await sessions.retire({ userId, deviceId, sessionId }, 'revoked');
  }

  verifyAccessToken(token: string): Promise<VerifiedToken> {
    return this.parts.accessTokens.verify(token);
  }

  async authenticate(token: string): Promise<VerifiedToken> {
    const verified = await this.parts.accessTokens.verify(token);
    if (!(await this.isSessionActive(verified.actor.sessionId))) throw new IdentityError('session-ended');
    return verified;
  }

  isSessionActive(sessionId: string): Promise<boolean> {
    return this.parts.activity.isActive(sessionId, () => this.parts.sessions.isLive(sessionId));
  }

  sessionRevoked(sessionId: string): void {
    this.parts.activity.ended(sessionId);
  }

  jwks(): { readonly keys: readonly PublicJwk[] } {
    return this.parts.keys.jwks;
  }

  async accountOf(userId: string): Promise<Account | null> {
    return accountSeen(await this.parts.accounts.byUserId(userId));
  }

  async accountNamed(userName: string): Promise<Account | null> {
    const key = userNameKeyOf(userName);
    return key === null ? null : accountSeen(await this.parts.accounts.byName(key));
  }

  importAccounts(
    records: readonly AccountRecord[],
    options?: { readonly signIn?: boolean },
  ): Promise<readonly ImportOutcome[]> {
    return importAccounts(this.parts, records, options);
  }

  finishPending(minAgeMs = 0): Promise<number> {
    return this.parts.unfinishedWork.finish(minAgeMs);
  }

  start(): void {
    this.timer ??= setInterval(() => {
      this.sweep = this.finishPending(SWEEP_MIN_AGE_MS).catch((error: unknown) => {
        this.parts.logger.warn('looking for unfinished identity work failed', { error });
      });
    }, SWEEP_INTERVAL_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await this.sweep;
  }

  waitingHashes(): number {
    return this.parts.hasher.waiting();
  }
}

const accountSeen = (account: StoredAccount | null): Account | null => {
  if (account === null || account.document.status === 'pending') return null;
  const { userId, userName } = account.document;
  return { userId, userName };
};
