import { errorCodes } from '@verbatim/protocol';
import type { ErrorCode } from '@verbatim/protocol';

/** A refusal with a code of the protocol; nothing was changed unless the code's meaning says so. */
export class IdentityError extends Error {
  override readonly name = 'IdentityError';

  constructor(
    readonly code: ErrorCode,
    /** How long to wait before trying again, where the code is retryable and the wait is known. */
    readonly retryAfterMs?: number,
  ) {
    super(errorCodes[code].meaning);
  }
}
