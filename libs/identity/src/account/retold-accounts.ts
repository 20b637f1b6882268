import { createWorkQueue } from '@verbatim/platform';
import { STATE_PAGE_MAX, type Collection, type StateStore } from '@verbatim/state';
import { UnknownUserError, type UserEventOrigin, type UserEvents } from '../user-events.js';
import { ACCOUNTS_COLLECTION, type Accounts, type AccountDocument, type StoredAccount } from './accounts.js';

/** Accounts that are looked up at once. */
const CONCURRENCY = 64;

/** The first event of the account: its id is the user's own, so that it is appended once. */
const originOf = ({ userId }: AccountDocument): UserEventOrigin => ({
  ...{ userId, deviceId: userId },
  ...{ sessionId: null, commandId: userId },
});

/** Tells the log that an account is registered. Repeatable. */
export const tellAccount = async (events: UserEvents, account: AccountDocument): Promise<void> => {
  const { userId, userName, displayName } = account;
  await events.registered({ userId, userName, displayName }, originOf(account));
};

/**
 * A log that was restored from a moment before a registration does not know the account, and takes nothing for it: it is told of
 * the account again, and then what it did not take.
 */
export const retellingUserEvents = (events: UserEvents, accounts: Accounts): UserEvents => {
  const retold = async <T>(userId: string, step: () => Promise<T>): Promise<T> => {
    try {
      return await step();
    } catch (error) {
      const account = error instanceof UnknownUserError ? await accounts.byUserId(userId) : null;
      if (account === null) throw error;
      await tellAccount(events, account.document);
      return step();
    }
  };
  return {
    nameProblem: (name) => events.nameProblem(name),
    registered: (user, origin) => events.registered(user, origin),
    deviceRegistered: (device, origin) => retold(origin.userId, () => events.deviceRegistered(device, origin)),
    deviceRevoked: (device, origin) => retold(origin.userId, () => events.deviceRevoked(device, origin)),
    passwordChanged: (change, origin) => retold(origin.userId, () => events.passwordChanged(change, origin)),
  };
};

export type RetellOptions = {
  readonly state: StateStore;
  readonly events: UserEvents;
  /** Whether the log has a stream of the user. */
  readonly isInLog: (userId: string) => Promise<boolean>;
};

/**
 * Tells the log of every account in State that it does not know, after a restore. Pending ones are finished by their own ways.
 * @returns how many accounts there are, and how many were told
 */
export const retellAccounts = async (options: RetellOptions): Promise<{ accounts: number; told: number }> => {
  const documents = await options.state.collection<AccountDocument>(ACCOUNTS_COLLECTION);
  const counts = { accounts: 0, told: 0 };
  for await (const page of pagesOf(documents)) {
    const queue = createWorkQueue({ concurrency: CONCURRENCY, waitingMax: page.length });
    const tell = async ({ document }: StoredAccount): Promise<void> => {
      if (document.status === 'pending' || (await options.isInLog(document.userId))) return;
      await tellAccount(options.events, document);
      counts.told += 1;
    };
    await Promise.all(page.map((account) => queue.run(() => tell(account))));
    counts.accounts += page.length;
  }
  return counts;
};

const pagesOf = async function* (documents: Collection<AccountDocument>): AsyncGenerator<readonly StoredAccount[]> {
  let page = await documents.list('', { limit: STATE_PAGE_MAX });
  while (page.length > 0) {
    yield page;
    page = await documents.list('', { after: page.at(-1)?.id ?? '', limit: STATE_PAGE_MAX });
  }
};
