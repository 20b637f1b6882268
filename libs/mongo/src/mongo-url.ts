import { OperatorError } from '@verbatim/platform';

/** The variables that may hold a URL of the MongoDB protocol. */
export type MongoVariable = 'READ_MODEL_URL' | 'STATE_URL';

/** What of the URL may be shown, and the database in it. */
export type MongoPlace = {
  /** `host:port,host:port`, without credentials. */
  readonly hosts: string;
  readonly database: string;
};

export const MONGO_URL_PROTOCOLS: readonly string[] = ['mongodb:', 'mongodb+srv:'];
const EXAMPLE = 'mongodb://user:password@host:27017/verbatim';
const URL_PARTS = /^mongodb(?:\+srv)?:\/\/(?:[^@/?#]*@)?([^@/?#]+)(?:\/([^/?#]*))?(?:\?[^#]*)?$/;
/** Narrower than MongoDB's own rule: other servers of the protocol take less. */
const DATABASE_NAME = /^[A-Za-z0-9_-]{1,63}$/;

export const isMongoUrl = (url: string): boolean =>
  MONGO_URL_PROTOCOLS.some((protocol) => url.startsWith(`${protocol}//`));

/** @throws OperatorError that names the variable and never repeats the URL: a password may be in it */
export const mongoPlaceOf = (url: string, variable: MongoVariable): MongoPlace => {
  const [, hosts, database = ''] = URL_PARTS.exec(url) ?? [];
  if (hosts === undefined) {
    throw new OperatorError(
      `${variable} is no URL of the form ${EXAMPLE}; write @ : / ? # and % in a user name or password as %40 %3A %2F %3F %23 %25`,
    );
  }
  if (database === '') {
    throw new OperatorError(`${variable} names no database: write it behind the host, as in ${EXAMPLE}`);
  }
  if (!DATABASE_NAME.test(database)) {
    throw new OperatorError(`${variable} names a database that is not 1 to 63 of A-Z a-z 0-9 _ and -`);
  }
  return { hosts, database };
};
