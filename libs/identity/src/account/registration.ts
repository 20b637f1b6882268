import { IdentityError } from '../identity-error.js';
import type { IdentityLimits, Requester } from '../limits.js';
import type { PasswordHasher } from '../password/password-hasher.js';
import { isAcceptablePassword } from '../password/password-rules.js';
import type { SignIn, Tokens } from '../session/sign-in.js';
import type { UserEvents } from '../user-events.js';
import { finished } from './accounts.js';
import type { AccountDocument, Accounts, StoredAccount } from './accounts.js';
import { tellAccount } from './retold-accounts.js';
import { isReservedUserName, userNameKeyOf } from './user-name.js';

export type RegisterRequest = {
  readonly userName: string;
  readonly password: string;
  /** The user name, as it was written, when absent. */
  readonly displayName?: string | undefined;
  readonly deviceName?: string | undefined;
};

export type RegistrationDeps = {
  readonly accounts: Accounts;
  readonly events: UserEvents;
  readonly hasher: PasswordHasher;
  readonly limits: IdentityLimits;
  readonly signIn: SignIn;
};

/** Takes a name in State, tells the log, opens the account: each step durable before the next, each repeatable. */
export class Registration {
  /** Names that are being registered here: who comes second waits and finds out how it ended. */
  private readonly underWay = new Map<string, Promise<unknown>>();

  constructor(private readonly deps: RegistrationDeps) {}

  /** @throws IdentityError with the codes of `account.register` */
  async register(request: RegisterRequest, from: Requester): Promise<Tokens> {
    const key = this.checkedKey(request);
    await this.deps.limits.registration(from);
    for (let before = this.underWay.get(key); before !== undefined; before = this.underWay.get(key)) {
      await before.catch(() => {}); // its outcome is its caller's
    }
    const own = this.registerInTurn(key, request);
    this.underWay.set(key, own);
    try {
      return await own;
    } finally {
      this.underWay.delete(key);
    }
  }

  /** Second half: the event, then the open account. Also for one that a crash left pending. */
  async finish(account: StoredAccount): Promise<AccountDocument> {
    const { accounts, events } = this.deps;
    await tellAccount(events, account.document);
    const active: AccountDocument = { ...finished(account.document), status: 'active' };
    if (await accounts.replace(account, active)) return active;
    const now = await accounts.byName(account.id);
    if (now === null || now.document.status === 'pending') throw new IdentityError('busy');
    return now.document;
  }

  private checkedKey({ userName, password, displayName = userName, deviceName }: RegisterRequest): string {
    const key = userNameKeyOf(userName);
    if (key === null) throw new IdentityError('user-name-invalid');
    if (isReservedUserName(key)) throw new IdentityError('user-name-reserved');
    if (!isAcceptablePassword(password)) throw new IdentityError('password-invalid');
    const { events } = this.deps;
    const problem =
      events.nameProblem(displayName) ?? (deviceName === undefined ? null : events.nameProblem(deviceName));
    if (problem !== null) throw new IdentityError(problem);
    return key;
  }

  private async registerInTurn(key: string, request: RegisterRequest): Promise<Tokens> {
    const account = (await this.insertNew(key, request)) ?? (await this.ownPending(key, request.password));
    const { userId, role, passwordNumber } = await this.finish(account);
    return this.deps.signIn.begin({ userId, role, passwordNumber, deviceName: request.deviceName });
  }

  private async insertNew(key: string, request: RegisterRequest): Promise<StoredAccount | null> {
    const { accounts, hasher } = this.deps;
    if ((await accounts.byName(key)) !== null) return null;
    const passwordHash = await hasher.hash(request.password);
    const displayName = request.displayName ?? request.userName;
    return accounts.insertPending({ userName: key, displayName, passwordHash, role: 'user' });
  }

  /** The account that a crash left pending, when the same person asks again. */
  private async ownPending(key: string, password: string): Promise<StoredAccount> {
    const account = await this.deps.accounts.byName(key);
    if (account?.document.status !== 'pending') throw new IdentityError('user-name-taken');
    const isOwn = await this.deps.hasher.verify(account.document.passwordHash, password);
    if (!isOwn) throw new IdentityError('user-name-taken');
    return account;
  }
}
