import type { ErrorCodeFacts } from './error-code.js';

/** Accounts, devices, tokens. */
export const identityErrorCodes = {
  'not-authenticated': { status: 401, retryable: false, meaning: 'The request carries no access token.' },
  'token-invalid': { status: 401, retryable: false, meaning: 'The access token is not one of this service.' },
  'token-expired': { status: 401, retryable: false, meaning: 'The access token has expired; refresh it.' },
  'token-in-url': { status: 400, retryable: false, meaning: 'A token in an address ends up in logs; use the header.' },
  'credentials-invalid': { status: 401, retryable: false, meaning: 'User name and password do not fit.' },
  'refresh-token-invalid': { status: 401, retryable: false, meaning: 'The refresh token is unknown or has ended.' },
  'refresh-token-reused': {
    status: 401,
    retryable: false,
    meaning: 'The refresh token was used before; its whole family is ended. Log in again.',
  },
  'session-ended': { status: 401, retryable: false, meaning: 'The session was ended: signed out, revoked, replaced.' },
  'subject-mismatch': { status: 403, retryable: false, meaning: 'The new token belongs to another user or device.' },
  'account-suspended': { status: 403, retryable: false, meaning: 'The account is suspended.' },
  'user-name-taken': { status: 409, retryable: false, meaning: 'Another account has this user name.' },
  'user-name-reserved': { status: 409, retryable: false, meaning: 'Nobody may take this user name.' },
  'user-name-invalid': { status: 400, retryable: false, meaning: 'The user name has a form that no user name has.' },
  'password-invalid': { status: 400, retryable: false, meaning: 'The password is shorter or longer than allowed.' },
  'user-exists': { status: 409, retryable: false, meaning: 'The account exists already.' },
  'too-many-devices': { status: 409, retryable: false, meaning: 'The account has as many devices as it may have.' },
  'too-many-sessions': { status: 409, retryable: false, meaning: 'The user has as many connections as allowed.' },
} as const satisfies Record<string, ErrorCodeFacts>;
