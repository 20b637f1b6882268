import type { ErrorCode } from '../error-codes.js';

export type HttpMethod = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** One HTTP route of an operation. Every field of the request is in exactly one of path, query and body. */
export type HttpBinding = {
  readonly method: HttpMethod;
  /** `{name}` stands for the path field of that name. */
  readonly path: string;
  readonly query?: readonly string[];
  readonly body?: readonly string[];
};

/** Which other success status a reply has: `status` when the reply's field has the value. */
export type AlternateStatus = { readonly status: number; readonly field: string; readonly value: boolean };

/**
 * Who may, as the authorisation matrix reads it. `anyone`: without a token. `user`: whoever is logged in, on his own
 * things. `member`: a member now. `once-member`: also a former one, up to his removal. `owner`: of the group.
 * `adder`: the owner, in an open group any member. `joiner`: anyone in an open group.
 * To whom it is refused a conversation is 404, to a former member 403 `not-a-member`.
 */
export type Access = 'anyone' | 'user' | 'member' | 'once-member' | 'owner' | 'adder' | 'joiner';

export const rateLimitClasses = [
  'none',
  'registration',
  'login',
  'connect',
  'refresh',
  'lookup',
  'command',
  'message',
  'receipt',
  'ephemeral',
  'query',
  'stream',
] as const;
export type RateLimitClass = (typeof rateLimitClasses)[number];

/** Where the effect happens. The gateway forwards what the command-api serves. */
export type ServedBy = 'command-api' | 'gateway' | 'every-app';

export type Operation = {
  readonly summary: string;
  /** True when it is an `op` on the socket. */
  readonly socket: boolean;
  readonly http: readonly HttpBinding[];
  readonly successStatus: number;
  readonly alternateStatus?: AlternateStatus;
  /** The field that makes a retry harmless, on operations that append; over HTTP also the idempotency header. */
  readonly idempotencyField?: 'commandId' | 'clientMsgId';
  readonly access: Access;
  readonly servedBy: ServedBy;
  readonly rateLimit: RateLimitClass;
  /** Codes of its own, beside those that any request may meet. */
  readonly errors: readonly ErrorCode[];
  /** Media type of the HTTP answer when it is not application/json. */
  readonly mediaType?: string;
};

/** A request without fields. */
export type NoFields = Record<never, never>;
/** Everything that appends takes one; minted by the server when absent, and then a retry is another command. */
export type CommandFields = { readonly commandId?: string };
export type SeqReply = { readonly seq: number };
