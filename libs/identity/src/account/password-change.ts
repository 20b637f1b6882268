import { uuidV7 } from '@verbatim/platform';
import type { Actor } from '../actor.js';
import { IdentityError } from '../identity-error.js';
import type { IdentityLimits } from '../limits.js';
import type { PasswordHasher } from '../password/password-hasher.js';
import { isAcceptablePassword } from '../password/password-rules.js';
import type { Sessions } from '../session/sessions.js';
import type { UserEvents } from '../user-events.js';
import { finished } from './accounts.js';
import type { AccountDocument, Accounts, StoredAccount } from './accounts.js';

export type ChangePasswordRequest = { readonly currentPassword: string; readonly newPassword: string };

export type PasswordChangeDeps = {
  readonly accounts: Accounts;
  readonly events: UserEvents;
  readonly hasher: PasswordHasher;
  readonly limits: IdentityLimits;
  readonly sessions: Sessions;
};

/** The new password first, then the end of every other session, then the event; what a crash leaves out is caught up with. */
export class PasswordChange {
  constructor(private readonly deps: PasswordChangeDeps) {}

  /** @throws IdentityError with the codes of `account.change-password` */
  async change(actor: Actor, { currentPassword, newPassword }: ChangePasswordRequest): Promise<void> {
    const { accounts, hasher, limits } = this.deps;
    if (!isAcceptablePassword(newPassword)) throw new IdentityError('password-invalid');
    if (!isAcceptablePassword(currentPassword)) throw new IdentityError('credentials-invalid');
    await limits.loginTo(actor.userId, actor.deviceId);
    const account = await this.withoutUnfinishedChange(actor.userId);
    const fits = await hasher.verify(account?.document.passwordHash ?? null, currentPassword);
    if (account === null || !fits) throw new IdentityError('credentials-invalid');
    const changed: AccountDocument = {
      ...account.document,
      passwordHash: await hasher.hash(newPassword),
      passwordNumber: account.document.passwordNumber + 1,
      unfinished: 'password-change',
      passwordChange: { commandId: uuidV7(), deviceId: actor.deviceId, keptSessionId: actor.sessionId },
    };
    if (!(await accounts.replace(account, changed))) throw new IdentityError('busy');
    await this.finish({ ...account, version: account.version + 1, document: changed });
  }

  /** Ends the sessions of earlier passwords, all but the one that asked, and tells the log. Repeatable. */
  async finish(account: StoredAccount): Promise<void> {
    const { userId, passwordNumber, passwordChange } = account.document;
    if (passwordChange === undefined) return;
    const { keptSessionId, deviceId, commandId } = passwordChange;
    await this.deps.sessions.endOf(
      userId,
      ({ sessionId, document }) => sessionId !== keptSessionId && document.passwordNumber < passwordNumber,
      'revoked',
    );
    const origin = { userId, deviceId, sessionId: keptSessionId, commandId };
    await this.deps.events.passwordChanged({ keptSessionId }, origin);
    await this.deps.accounts.replace(account, finished(account.document));
  }

  private async withoutUnfinishedChange(userId: string): Promise<StoredAccount | null> {
    const account = await this.deps.accounts.byUserId(userId);
    if (account?.document.passwordChange === undefined) return account;
    await this.finish(account);
    return this.deps.accounts.byUserId(userId);
  }
}
