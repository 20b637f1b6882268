import { isUuid } from '@verbatim/platform';
import { IdentityError } from '../identity-error.js';
import type { IdentityLimits, Requester } from '../limits.js';
import type { PasswordHasher } from '../password/password-hasher.js';
import { isAcceptablePassword } from '../password/password-rules.js';
import type { Devices } from '../session/devices.js';
import type { Sessions } from '../session/sessions.js';
import type { SignIn, Tokens } from '../session/sign-in.js';
import type { UserEvents } from '../user-events.js';
import type { AccountDocument, Accounts, StoredAccount } from './accounts.js';
import type { Registration } from './registration.js';
import { userNameKeyOf } from './user-name.js';

export type LoginRequest = {
  readonly userName: string;
  readonly password: string;
  readonly deviceId?: string | undefined;
  readonly deviceName?: string | undefined;
};

export type LoginDeps = {
  readonly accounts: Accounts;
  readonly devices: Devices;
  readonly events: UserEvents;
  readonly hasher: PasswordHasher;
  readonly limits: IdentityLimits;
  readonly registration: Registration;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
};

/** Password against account. An account that does not exist costs the same work and gets the same answer. */
export class Login {
  constructor(private readonly deps: LoginDeps) {}

  /** @throws IdentityError with the codes of `account.login` */
  async login(request: LoginRequest, from: Requester): Promise<Tokens> {
    const { accounts, limits, events, signIn } = this.deps;
    if (!isAcceptablePassword(request.password)) throw new IdentityError('credentials-invalid');
    const problem = request.deviceName === undefined ? null : events.nameProblem(request.deviceName);
    if (problem !== null) throw new IdentityError(problem);
    await limits.loginFrom(from);
    const key = userNameKeyOf(request.userName);
    const account = key === null ? null : await accounts.byName(key);
    const deviceId = await this.knownDeviceId(account, request.deviceId);
    await limits.loginTo(key ?? 'no-name', deviceId ?? null);
    const { userId, role, passwordNumber } = await this.checkedAccount(account, request.password);
    const { deviceName } = request;
    const tokens = await signIn.begin({ userId, role, passwordNumber, deviceId, deviceName });
    await this.refuseIfChanged(account?.id as string, passwordNumber, tokens.sessionId);
    return tokens;
  }

  /** The device that the request names, when it is one of the account's, signed in or not. */
  private async knownDeviceId(account: StoredAccount | null, deviceId?: string): Promise<string | undefined> {
    const device = isUuid(deviceId) ? await this.deps.devices.get(deviceId) : null;
    return device !== null && device.userId === account?.document.userId ? deviceId : undefined;
  }

  private async checkedAccount(account: StoredAccount | null, password: string): Promise<AccountDocument> {
    const fits = await this.deps.hasher.verify(account?.document.passwordHash ?? null, password);
    if (account === null || !fits) throw new IdentityError('credentials-invalid');
    if (account.document.status === 'suspended') throw new IdentityError('account-suspended');
    return account.document.status === 'pending' ? this.deps.registration.finish(account) : account.document;
  }

  /** A password change that came between the check and the session has not seen the session: it must not outlive it. */
  private async refuseIfChanged(key: string, passwordNumber: number, sessionId: string): Promise<void> {
    const now = (await this.deps.accounts.byName(key))?.document;
    if (now?.passwordNumber === passwordNumber && now.status === 'active') return;
    await this.deps.sessions.end(sessionId, 'revoked');
    throw new IdentityError('credentials-invalid');
  }
}
