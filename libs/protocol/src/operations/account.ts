import type { Instant } from '../wire-values.js';
import type { NoFields, Operation } from './operation.js';

export type RegisterRequest = {
  readonly userName: string;
  readonly password: string;
  /** The user name when absent. */
  readonly displayName?: string;
  readonly deviceName?: string;
};
/** A known `deviceId` keeps the device; without one the login makes a new device. */
export type LoginRequest = {
  readonly userName: string;
  readonly password: string;
  readonly deviceId?: string;
  readonly deviceName?: string;
};
export type RefreshRequest = { readonly refreshToken: string };
/** Every session but the one that asks ends. */
export type ChangePasswordRequest = { readonly currentPassword: string; readonly newPassword: string };
export type TokensReply = {
  readonly userId: string;
  readonly deviceId: string;
  readonly accessToken: string;
  readonly accessTokenExpiresAt: Instant;
  /** Good for one refresh; the answer brings the next. */
  readonly refreshToken: string;
};

export type AccountExchanges = {
  'account.register': { request: RegisterRequest; reply: TokensReply };
  'account.login': { request: LoginRequest; reply: TokensReply };
  'account.refresh': { request: RefreshRequest; reply: TokensReply };
  'account.logout': { request: NoFields; reply: NoFields };
  'account.change-password': { request: ChangePasswordRequest; reply: NoFields };
};

export const accountOperations = {
  'account.register': {
    summary: 'Makes an account and logs its first device in',
    socket: false,
    http: [{ method: 'POST', path: '/v1/auth/register', body: ['userName', 'password', 'displayName', 'deviceName'] }],
    successStatus: 201,
    access: 'anyone',
    servedBy: 'command-api',
    rateLimit: 'registration',
    errors: [
      'user-name-taken',
      'user-name-reserved',
      'user-name-invalid',
      'password-invalid',
      'name-empty',
      'name-too-long',
      'name-invalid',
      'too-many-devices',
      'log-full',
    ],
  },
  'account.login': {
    summary: 'Exchanges user name and password for tokens',
    socket: false,
    http: [{ method: 'POST', path: '/v1/auth/login', body: ['userName', 'password', 'deviceId', 'deviceName'] }],
    successStatus: 200,
    access: 'anyone',
    servedBy: 'command-api',
    rateLimit: 'login',
    errors: [
      'credentials-invalid',
      'account-suspended',
      'too-many-devices',
      'name-empty',
      'name-too-long',
      'name-invalid',
      'log-full',
    ],
  },
  'account.refresh': {
    summary: 'Exchanges a refresh token for new tokens',
    socket: false,
    http: [{ method: 'POST', path: '/v1/auth/refresh', body: ['refreshToken'] }],
    successStatus: 200,
    access: 'anyone',
    servedBy: 'command-api',
    rateLimit: 'refresh',
    errors: ['refresh-token-invalid', 'refresh-token-reused', 'account-suspended', 'session-ended'],
  },
  'account.logout': {
    summary: 'Ends the session of the access token; its sockets close within 5 s',
    socket: false,
    http: [{ method: 'POST', path: '/v1/auth/logout' }],
    successStatus: 204,
    access: 'user',
    servedBy: 'command-api',
    rateLimit: 'command',
    errors: ['log-full'],
  },
  'account.change-password': {
    summary: 'Changes the password and ends every other session',
    socket: false,
    http: [{ method: 'POST', path: '/v1/auth/password', body: ['currentPassword', 'newPassword'] }],
    successStatus: 204,
    access: 'user',
    servedBy: 'command-api',
    rateLimit: 'login',
    errors: ['credentials-invalid', 'password-invalid', 'log-full'],
  },
} as const satisfies { readonly [Name in keyof AccountExchanges]: Operation };
