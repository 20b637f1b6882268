import { OperatorError } from '@verbatim/platform';

/** Another process has the file open. */
export class StateInUseError extends OperatorError {
  override readonly name = 'StateInUseError';

  constructor(file: string) {
    super(`${file} is in use by another server; stop that one first or choose another DATA_DIR`);
  }
}

/** The file is not ours, or of a release that this one does not know. */
export class ForeignStateError extends OperatorError {
  override readonly name = 'ForeignStateError';
}

/** The disk is full. Nothing was written; reading goes on. */
export class StateFullError extends Error {
  override readonly name = 'StateFullError';
}

/** Too many writes wait. Nothing was written. */
export class StateBusyError extends Error {
  override readonly name = 'StateBusyError';
}

/** Whether the write happened is unknown. The store refuses everything after it: the process has to open the file anew. */
export class StateFailedError extends Error {
  override readonly name = 'StateFailedError';
}

/** The server of State does not answer. Whether a write happened is unknown; the same call may succeed later. */
export class StateUnavailableError extends Error {
  override readonly name = 'StateUnavailableError';
}
