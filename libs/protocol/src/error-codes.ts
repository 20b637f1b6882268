import { accessErrorCodes, conversationErrorCodes } from './errors/conversation-errors.js';
import { identityErrorCodes } from './errors/identity-errors.js';
import { requestErrorCodes, serverErrorCodes } from './errors/request-errors.js';

/**
 * Every error code there is, over the socket and over HTTP. Closed: a code that is not here does not leave a server.
 * Codes are never renamed; docs/reference/errors is compared with this table by a test.
 */
export const errorCodes = {
  ...requestErrorCodes,
  ...serverErrorCodes,
  ...accessErrorCodes,
  ...conversationErrorCodes,
  ...identityErrorCodes,
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** True for a code of the table, whatever the text: `constructor` and `__proto__` are none. */
export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(errorCodes, code);
