import { grpc, type ServiceFailure } from './messages.js';

/** A failure as the client takes it apart: status, text, and what it is in the trailing metadata. */
const failure = (code: number, details: string, trailers: Readonly<Record<string, string>> = {}): ServiceFailure => {
  const metadata = new grpc.Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return Object.assign(new Error(details), { code, details, metadata });
};

export const streamDeleted = (stream: string): ServiceFailure =>
  failure(grpc.status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });

export const notLeader = ({ host, port }: { readonly host: string; readonly port: number }): ServiceFailure =>
  failure(grpc.status.NOT_FOUND, 'Leader info available', {
    exception: 'not-leader',
    'leader-endpoint-host': host,
    'leader-endpoint-port': `${port}`,
  });

export const appendTooLarge = (maxBytes: number): ServiceFailure =>
  failure(grpc.status.INVALID_ARGUMENT, `Maximum Append Size of ${maxBytes} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': `${maxBytes}`,
  });

/** Nobody may start to read in the middle of a record. */
export const invalidPosition = (): ServiceFailure => failure(grpc.status.INVALID_ARGUMENT, 'Invalid position.');

export const accessDenied = (): ServiceFailure =>
  failure(grpc.status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });

export const unauthenticated = (): ServiceFailure =>
  failure(grpc.status.UNAUTHENTICATED, 'Bad HTTP status code: Unauthorized');

export const unavailable = (why: string): ServiceFailure => failure(grpc.status.UNAVAILABLE, why);

export const badRequest = (error: unknown): ServiceFailure =>
  failure(grpc.status.INVALID_ARGUMENT, error instanceof Error ? error.message : String(error));

export const wrongRevision = (stream: string, expected: string, actual: string): ServiceFailure =>
  failure(grpc.status.FAILED_PRECONDITION, `Wrong expected version of '${stream}'.`, {
    exception: 'wrong-expected-version',
    'stream-name': stream,
    'expected-version': expected,
    'actual-version': actual,
  });
