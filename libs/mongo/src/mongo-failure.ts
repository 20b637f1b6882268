import {
  MongoBulkWriteError,
  MongoError,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
} from 'mongodb';

/** The call took longer than its limit. Whether it had an effect is unknown; it may still have one. */
export class MongoCallTimeoutError extends Error {
  override readonly name = 'MongoCallTimeoutError';

  constructor(readonly limitMs: number) {
    super(`the MongoDB server did not answer within ${limitMs} ms`);
  }
}

/**
 * What an error of a call means to its caller.
 * `duplicate-key`: a guard of an insert or upsert held, nothing was written. `transient`: network, elections, time-outs; the
 * outcome of a write is unknown and the same call may succeed later. `full`: no space, nothing was written. `other`: a mistake of
 * the program or of the operator; repeating does not help.
 */
export type MongoFailure = 'duplicate-key' | 'transient' | 'full' | 'other';

const DUPLICATE_KEY = 11_000;
/** OutOfDiskSpace. */
const OUT_OF_SPACE = 14_031;
const OUT_OF_SPACE_TEXT = /no space left on device|disk is full|out of disk space|over your space quota/i;
/** FerretDB reports the lock of its SQLite file as an internal error. */
const BUSY_TEXT = /database is locked|SQLITE_BUSY/i;
/**
 * HostUnreachable, HostNotFound, MaxTimeMSExpired, WriteConcernFailed, NetworkTimeout, ShutdownInProgress, UnsatisfiableWriteConcern,
 * ReadConcernMajorityNotAvailableYet, PrimarySteppedDown, ExceededTimeLimit, ConnectionPoolExpired, SocketException, NotWritablePrimary,
 * InterruptedAtShutdown, InterruptedDueToReplStateChange, NotPrimaryNoSecondaryOk, NotPrimaryOrSecondary, LegacyNotPrimary,
 * FailedToSatisfyReadPreference, WriteConflict: src/mongo/base/error_codes.yml of the server.
 */
const TRANSIENT_CODES = new Set([
  6, 7, 50, 64, 89, 91, 100, 112, 133, 134, 189, 262, 317, 9_001, 10_058, 10_107, 11_600, 11_602, 13_435, 13_436,
]);
const TRANSIENT_LABELS = ['RetryableWriteError', 'TransientTransactionError', 'RetryableError'];
/** Raised by the driver before or while it sends: a full pool, a pool or topology closed under the call. */
const TRANSIENT_NAMES = new Set([
  'MongoWaitQueueTimeoutError',
  'MongoTopologyClosedError',
  'MongoPoolClosedError',
  'MongoNotConnectedError',
  'MongoClientClosedError',
  'MongoOperationTimeoutError',
  'MongoWriteConcernError',
]);

/** What the driver lets through from a socket that ended between two calls: it wraps most of these, not all. */
const SOCKET_CODES = new Set([
  'EPIPE',
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
  'ERR_SOCKET_CLOSED',
]);

export const mongoFailureOf = (error: unknown): MongoFailure => {
  if (error instanceof MongoCallTimeoutError) return 'transient';
  if (!(error instanceof MongoError)) return isOfSocket(error) ? 'transient' : 'other';
  if (OUT_OF_SPACE_TEXT.test(error.message) || error.code === OUT_OF_SPACE) return 'full';
  if (isTransient(error)) return 'transient';
  if (error.code === DUPLICATE_KEY) return onlyDuplicates(error) ? 'duplicate-key' : 'other';
  return 'other';
};

const isOfSocket = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && SOCKET_CODES.has(String(error.code));

const isTransient = (error: MongoError): boolean =>
  error instanceof MongoNetworkError ||
  error instanceof MongoServerSelectionError ||
  TRANSIENT_NAMES.has(error.name) ||
  (typeof error.code === 'number' && TRANSIENT_CODES.has(error.code)) ||
  TRANSIENT_LABELS.some((label) => error.hasErrorLabel(label)) ||
  (error instanceof MongoBulkWriteError && error.result.getWriteConcernError() !== undefined) ||
  (error instanceof MongoServerError && BUSY_TEXT.test(error.message));

/** A bulk write has the code of its first failure only. */
const onlyDuplicates = (error: MongoError): boolean => {
  if (!(error instanceof MongoBulkWriteError)) return true;
  const failures = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
  return failures.every(({ code }) => code === DUPLICATE_KEY);
};
