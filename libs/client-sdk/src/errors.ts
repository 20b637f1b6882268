import type { ErrorCode, ProtocolError } from '@verbatim/protocol';

/** The server refused: it did not happen, and will not. `error.code` is one of the protocol's closed list. */
export class RequestRejectedError extends Error {
  override readonly name = 'RequestRejectedError';
  constructor(
    readonly op: string,
    readonly error: ProtocolError,
  ) {
    super(`${op} was refused: ${error.code}: ${error.message}`);
  }
  get code(): ErrorCode {
    return this.error.code;
  }
}

/** It may or may not have happened: the reply did not arrive. Repeating it with the same id is safe. */
export class OutcomeUnknownError extends Error {
  override readonly name = 'OutcomeUnknownError';
  constructor(readonly op: string) {
    super(`the outcome of ${op} is unknown: no reply arrived in time`);
  }
}

/** It did not happen: no connection was live before the deadline, so nothing was sent. */
export class NotSentError extends Error {
  override readonly name = 'NotSentError';
  constructor(readonly op: string) {
    super(`${op} was not sent: no live connection in time`);
  }
}

/** The server could not be reached over HTTP, or did not answer in time. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
  constructor(path: string, options?: ErrorOptions) {
    super(`no answer from ${path}`, options);
  }
}

/** There is no session, or the server has ended it: log in. */
export class SignedOutError extends Error {
  override readonly name = 'SignedOutError';
  constructor(readonly code: ErrorCode | 'no-session') {
    super(`signed out: ${code}`);
  }
}

export class ClientClosedError extends Error {
  override readonly name = 'ClientClosedError';
  constructor() {
    super('the client is closed');
  }
}

/** Nothing was queued: so many messages already wait to be sent. */
export class OutboxFullError extends Error {
  override readonly name = 'OutboxFullError';
  constructor(readonly itemsMax: number) {
    super(`${itemsMax} messages already wait to be sent`);
  }
}
