import { createWorkQueue } from '@verbatim/platform';
import type { ErrorCode } from '@verbatim/protocol';
import { roles } from '../actor.js';
import type { Role } from '../actor.js';
import { isAcceptableHash } from '../password/password-rules.js';
import type { SignIn, Tokens } from '../session/sign-in.js';
import type { UserEvents } from '../user-events.js';
import type { Accounts } from './accounts.js';
import type { Registration } from './registration.js';
import { userNameKeyOf } from './user-name.js';

/** An account that is brought along with a hash made elsewhere. Reserved names are the operator's to give. */
export type AccountRecord = {
  readonly userName: string;
  /** The user name when absent. */
  readonly displayName?: string;
  /** Argon2id, PHC form: `$argon2id$v=19$m=19456,t=2,p=1$…$…`. */
  readonly passwordHash: string;
  readonly role?: Role;
};

export type ImportOutcome =
  | { readonly userName: string; readonly outcome: 'imported'; readonly userId: string; readonly tokens?: Tokens }
  | { readonly userName: string; readonly outcome: 'exists' }
  | { readonly userName: string; readonly outcome: 'invalid'; readonly code: ErrorCode };

export type ImportDeps = {
  readonly accounts: Accounts;
  readonly events: UserEvents;
  readonly registration: Registration;
  readonly signIn: SignIn;
};

/** Records at work at once: their writes share fsyncs. Of many more some would wait too long for a turn at a database. */
const CONCURRENCY = 64;

/**
 * Imports accounts without hashing anything. May be repeated after a crash: what is there is told as `exists`.
 * @param options.signIn begins a session for each imported account and returns its tokens, for load tests
 * @returns one outcome a record, in the order of the records
 */
export const importAccounts = async (
  deps: ImportDeps,
  records: readonly AccountRecord[],
  options: { readonly signIn?: boolean } = {},
): Promise<readonly ImportOutcome[]> => {
  const queue = createWorkQueue({ concurrency: CONCURRENCY, waitingMax: records.length });
  return Promise.all(records.map((record) => queue.run(() => importOne(deps, record, options.signIn === true))));
};

const importOne = async (deps: ImportDeps, record: AccountRecord, signIn: boolean): Promise<ImportOutcome> => {
  const { userName, displayName = userName, passwordHash, role = 'user' } = record;
  const code = problemOf(deps.events, { userName, displayName, passwordHash, role });
  if (code !== null) return { userName, outcome: 'invalid', code };
  const key = userNameKeyOf(userName) as string;
  const account = await deps.accounts.insertPending({ userName: key, displayName, passwordHash, role });
  if (account === null) return { userName, outcome: 'exists' };
  const { userId, passwordNumber } = await deps.registration.finish(account);
  if (!signIn) return { userName, outcome: 'imported', userId };
  return { userName, outcome: 'imported', userId, tokens: await deps.signIn.begin({ userId, role, passwordNumber }) };
};

const problemOf = (events: UserEvents, record: Required<AccountRecord>): ErrorCode | null => {
  if (userNameKeyOf(record.userName) === null) return 'user-name-invalid';
  if (!isAcceptableHash(record.passwordHash)) return 'password-invalid';
  if (!roles.includes(record.role)) return 'invalid-request';
  return events.nameProblem(record.displayName);
};
