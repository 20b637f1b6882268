import { StateBusyError, StateFailedError, StateFullError, StateUnavailableError } from '@verbatim/state';
import type { Collection } from '@verbatim/state';
import { IdentityError } from './identity-error.js';

/** A collection whose failures have codes of the protocol: a full disk answers a login as it answers a message. */
export const withCodedFailures = <T extends object>(collection: Collection<T>): Collection<T> => ({
  get: (...parameters) => coded(collection.get(...parameters)),
  insert: (...parameters) => coded(collection.insert(...parameters)),
  replace: (...parameters) => coded(collection.replace(...parameters)),
  delete: (...parameters) => coded(collection.delete(...parameters)),
  find: (...parameters) => coded(collection.find(...parameters)),
  list: (...parameters) => coded(collection.list(...parameters)),
});

const coded = async <Result>(call: Promise<Result>): Promise<Result> => {
  try {
    return await call;
  } catch (error) {
    if (error instanceof StateFullError) throw new IdentityError('log-full');
    if (error instanceof StateBusyError) throw new IdentityError('busy');
    const isUnclear = error instanceof StateFailedError || error instanceof StateUnavailableError;
    throw isUnclear ? new IdentityError('unavailable') : error;
  }
};
