import type { Instant, PresenceStatus, Profile } from '../wire-values.js';
import type { CommandFields, NoFields, Operation } from './operation.js';

export type UserUpdateRequest = CommandFields & { readonly displayName: string };
/** Exactly one of the two. */
export type UserGetRequest = { readonly userId?: string; readonly userName?: string };

export type Device = {
  readonly deviceId: string;
  readonly deviceName: string;
  readonly lastSeenAt?: Instant;
  /** True for the device that asks. */
  readonly current: boolean;
};
export type DeviceListReply = { readonly devices: readonly Device[] };
export type DeviceRevokeRequest = CommandFields & { readonly deviceId: string };

/** At most 200. Over HTTP, and as one text on the socket, separated by commas. */
export type PresenceGetRequest = { readonly userIds: readonly string[] };
export type UserPresence = {
  readonly userId: string;
  readonly status: PresenceStatus;
  readonly lastSeenAt?: Instant;
};
export type PresenceGetReply = { readonly users: readonly UserPresence[] };

export type UserExchanges = {
  'user.me': { request: NoFields; reply: Profile };
  'user.update': { request: UserUpdateRequest; reply: Profile };
  'user.get': { request: UserGetRequest; reply: Profile };
  'device.list': { request: NoFields; reply: DeviceListReply };
  'device.revoke': { request: DeviceRevokeRequest; reply: NoFields };
  'presence.get': { request: PresenceGetRequest; reply: PresenceGetReply };
};

const asUser = { socket: true, access: 'user', successStatus: 200 } as const;

export const userOperations = {
  'user.me': {
    ...asUser,
    summary: 'The profile of the caller',
    http: [{ method: 'GET', path: '/v1/me' }],
    servedBy: 'gateway',
    rateLimit: 'query',
    errors: [],
  },
  'user.update': {
    ...asUser,
    summary: 'Changes the profile of the caller',
    http: [{ method: 'PATCH', path: '/v1/me', body: ['commandId', 'displayName'] }],
    idempotencyField: 'commandId',
    servedBy: 'command-api',
    rateLimit: 'command',
    errors: ['name-empty', 'name-too-long', 'name-invalid', 'idempotency-mismatch', 'log-full'],
  },
  'user.get': {
    ...asUser,
    summary: 'The profile of a user, by id or by exact user name',
    http: [
      { method: 'GET', path: '/v1/users/{userId}' },
      { method: 'GET', path: '/v1/users', query: ['userName'] },
    ],
    servedBy: 'gateway',
    rateLimit: 'lookup',
    errors: ['user-not-found'],
  },
  'device.list': {
    ...asUser,
    summary: 'The devices of the caller',
    http: [{ method: 'GET', path: '/v1/devices' }],
    servedBy: 'command-api',
    rateLimit: 'query',
    errors: [],
  },
  'device.revoke': {
    ...asUser,
    summary: 'Signs one of the caller’s devices out; its sockets close within 5 s',
    http: [{ method: 'DELETE', path: '/v1/devices/{deviceId}' }],
    successStatus: 204,
    idempotencyField: 'commandId',
    servedBy: 'command-api',
    rateLimit: 'command',
    errors: ['device-not-found', 'log-full'],
  },
  'presence.get': {
    ...asUser,
    summary: 'Who is online, among the people that the caller shares a conversation with; others are `unknown`',
    http: [{ method: 'GET', path: '/v1/presence', query: ['userIds'] }],
    servedBy: 'gateway',
    rateLimit: 'query',
    errors: [],
  },
} as const satisfies { readonly [Name in keyof UserExchanges]: Operation };
