import type { Push } from '../wire-events.js';
import type { Cursor, Instant } from '../wire-values.js';
import type { NoFields, Operation } from './operation.js';

/** Name of the client for the operator's statistics, as one text or as name and version. */
export type ClientName = string | { readonly name: string; readonly version?: string };
export type AuthRequest = {
  readonly token: string;
  /** Has to be the token's own device. */
  readonly deviceId?: string;
  readonly client?: ClientName;
  /** Where the client left off; without it the connection starts at the present. */
  readonly cursor?: Cursor;
};
export type ResumeOutcome = 'replayed' | 'current' | 'reset';
export type AuthReply = {
  readonly sessionId: string;
  readonly userId: string;
  readonly resume: ResumeOutcome;
  readonly cursor: Cursor;
  readonly serverTime: Instant;
};
export type AuthRefreshRequest = { readonly token: string };
export type AuthRefreshReply = { readonly expiresAt: Instant };
/** All of yours up to `cur` was written here before this reply; `n` pushes with `cur` so far. No `cur` before `auth`. */
export type PingReply = { readonly cur?: Cursor; readonly n: number };

/** `wait` in whole seconds, 0 to 25. Without a cursor the answer is the present place and no event. */
export type SyncPollRequest = { readonly cursor?: Cursor; readonly wait?: number };
export type SyncPollReply = { readonly events: readonly Push[]; readonly cursor: Cursor };
/** The header `last-event-id` stands for the cursor when an EventSource reconnects. */
export type SyncStreamRequest = { readonly cursor?: Cursor };

/** `zone` as the operator names it; gateways there come first. */
export type GatewayFindRequest = { readonly zone?: string };
/** `url`: where that very gateway is reached, for HTTP and for the socket. */
export type GatewayFindReply = { readonly gatewayId: string; readonly url: string; readonly zone?: string };

export type ConnectionExchanges = {
  ping: { request: NoFields; reply: PingReply };
  auth: { request: AuthRequest; reply: AuthReply };
  'auth.refresh': { request: AuthRefreshRequest; reply: AuthRefreshReply };
  'sync.poll': { request: SyncPollRequest; reply: SyncPollReply };
  'sync.stream': { request: SyncStreamRequest; reply: NoFields };
  'gateway.find': { request: GatewayFindRequest; reply: GatewayFindReply };
};

const onSocketOnly = { socket: true, http: [], successStatus: 200, servedBy: 'gateway' } as const;

export const connectionOperations = {
  ping: {
    ...onSocketOnly,
    summary: 'Heartbeat; the reply tells how far this connection was written to',
    access: 'anyone',
    rateLimit: 'ephemeral',
    errors: [],
  },
  auth: {
    ...onSocketOnly,
    summary: 'Authenticates the connection and resumes from a cursor',
    access: 'anyone',
    // Counted when the socket is opened: whoever has one may authenticate it.
    rateLimit: 'connect',
    errors: [
      'token-invalid',
      'token-expired',
      'subject-mismatch',
      'session-ended',
      'account-suspended',
      'too-many-sessions',
    ],
  },
  'auth.refresh': {
    ...onSocketOnly,
    summary: 'Renews the token of the connection in place',
    access: 'user',
    rateLimit: 'refresh',
    errors: ['token-invalid', 'token-expired', 'subject-mismatch', 'session-ended'],
  },
  'sync.poll': {
    summary: 'Events after the cursor; waits for the first one when there are none',
    socket: false,
    http: [{ method: 'GET', path: '/v1/sync', query: ['cursor', 'wait'] }],
    successStatus: 200,
    access: 'user',
    servedBy: 'gateway',
    rateLimit: 'stream',
    errors: ['bad-cursor', 'too-many-sessions'],
  },
  'sync.stream': {
    summary: 'Live events as server-sent events; the id of each is its cursor',
    socket: false,
    http: [{ method: 'GET', path: '/v1/stream', query: ['cursor'] }],
    successStatus: 200,
    access: 'user',
    servedBy: 'gateway',
    rateLimit: 'stream',
    errors: ['bad-cursor', 'too-many-sessions'],
    mediaType: 'text/event-stream',
  },
  'gateway.find': {
    summary: 'The gateway to connect to: near, and with room; the token is good at every one',
    socket: false,
    http: [{ method: 'GET', path: '/v1/gateway', query: ['zone'] }],
    successStatus: 200,
    access: 'user',
    servedBy: 'gateway',
    rateLimit: 'query',
    errors: [],
  },
} as const satisfies { readonly [Name in keyof ConnectionExchanges]: Operation };
