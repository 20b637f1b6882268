import { uuidV7 } from '@verbatim/platform';
import type { Clock } from '@verbatim/platform';
import type { Collection, StoredDocument } from '@verbatim/state';
import type { Role } from '../actor.js';

/** The account of one person; its id in State is the user name in lower case, which makes names unique. */
export type AccountDocument = {
  readonly userId: string;
  readonly userName: string;
  readonly displayName: string;
  /** Argon2id in PHC form. */
  readonly passwordHash: string;
  /** 1 for the first password, one more for each after it. */
  readonly passwordNumber: number;
  readonly role: Role;
  readonly status: 'pending' | 'active' | 'suspended';
  readonly createdAtMs: number;
  /** What a crash may have left out, as the index finds it. */
  readonly unfinished?: 'registration' | 'password-change';
  /** Of the password change that is unfinished. */
  readonly passwordChange?: {
    readonly commandId: string;
    readonly deviceId: string;
    readonly keptSessionId: string;
  };
};
export type StoredAccount = StoredDocument<AccountDocument>;

export const ACCOUNTS_COLLECTION = { name: 'accounts', indexedFields: ['userId', 'unfinished'] } as const;

export type NewAccount = Pick<AccountDocument, 'userName' | 'displayName' | 'passwordHash' | 'role'>;

/** Accounts in State. */
export class Accounts {
  constructor(
    private readonly documents: Collection<AccountDocument>,
    private readonly clock: Clock,
  ) {}

  /** @param userName in lower case */
  byName(userName: string): Promise<StoredAccount | null> {
    return this.documents.get(userName);
  }

  async byUserId(userId: string): Promise<StoredAccount | null> {
    return (await this.documents.find('userId', userId, { limit: 1 }))[0] ?? null;
  }

  /** Takes the name. Null when somebody has it. */
  async insertPending(account: NewAccount): Promise<StoredAccount | null> {
    const document: AccountDocument = {
      ...account,
      passwordNumber: 1,
      userId: uuidV7(),
      status: 'pending',
      createdAtMs: this.clock.nowMs(),
      unfinished: 'registration',
    };
    const outcome = await this.documents.insert(account.userName, document);
    return outcome === 'inserted' ? { id: account.userName, version: 1, document } : null;
  }

  replace({ id, version }: StoredAccount, document: AccountDocument): Promise<boolean> {
    return this.documents.replace(id, document, version);
  }

  unfinished(step: NonNullable<AccountDocument['unfinished']>, limit: number): Promise<readonly StoredAccount[]> {
    return this.documents.find('unfinished', step, { limit });
  }
}

/** The document once nothing of it is unfinished. */
export const finished = ({ unfinished: _, passwordChange: __, ...document }: AccountDocument): AccountDocument =>
  document;
