import {
  MongoBulkWriteError,
  MongoInvalidArgumentError,
  MongoNetworkError,
  MongoNetworkTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  MongoWriteConcernError,
  type WriteError,
} from 'mongodb';
import { MongoCallTimeoutError, type MongoFailure, mongoFailureOf } from './mongo-failure.js';

const serverError = (code: number, errmsg = 'refused', labels: string[] = []) =>
  new MongoServerError({ message: errmsg, errmsg, code, errorLabels: labels });

const bulkError = (...codes: number[]) =>
  new MongoBulkWriteError(
    { message: 'bulk', code: codes[0] ?? 0, writeErrors: codes.map((code) => ({ code }) as WriteError) },
    {
      getWriteConcernError: () => undefined,
    } as never,
  );

const CASES: readonly [MongoFailure, unknown][] = [
  ['duplicate-key', serverError(11_000)],
  ['duplicate-key', bulkError(11_000, 11_000)],
  ['other', bulkError(11_000, 121)],
  ['transient', new MongoCallTimeoutError(1_500)],
  ['transient', new MongoNetworkError('connection closed')],
  ['transient', new MongoNetworkTimeoutError('timed out')],
  ['transient', new MongoServerSelectionError('nobody there', {} as never)],
  [
    'transient',
    new MongoWriteConcernError({
      ok: 1,
      writeConcernError: { code: 64, errmsg: 'waiting for replication' },
    } as never),
  ],
  ['transient', serverError(10_107, 'not primary')],
  ['transient', serverError(189, 'primary stepped down')],
  ['transient', serverError(11_602, 'interrupted')],
  ['transient', serverError(462, 'overloaded', ['RetryableError'])],
  ['transient', serverError(1, 'database is locked (5) (SQLITE_BUSY)')],
  ['transient', Object.assign(new Error('This socket has been ended by the other party'), { code: 'EPIPE' })],
  ['full', serverError(14_031, 'OutOfDiskSpace')],
  ['full', serverError(1, 'database or disk is full (13)')],
  ['full', serverError(8_000, 'you are over your space quota')],
  ['other', serverError(13, 'not authorized')],
  ['other', new MongoInvalidArgumentError('no')],
  ['other', new RangeError('ours')],
  ['other', Object.assign(new Error('theirs'), { code: 'ENOENT' })],
  ['other', undefined],
];

describe('an error of a call', () => {
  it.each(CASES.map(([failure, error]) => [failure, String(error), error] as const))(
    'is %s: %s',
    (failure, _, error) => {
      expect(mongoFailureOf(error)).toBe(failure);
    },
  );
});
