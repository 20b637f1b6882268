import type { Actor } from '@verbatim/identity';
import type { OpResult } from '@verbatim/protocol';

/** Where a request comes from, as coarse as the audit trail may keep it. */
export type IpClass = 'loopback' | 'private' | 'public';

/** One operation of the protocol's table, validated, whatever carried it: a socket frame or an HTTP request. */
export type OperationCall = {
  /** Name in the operation table: `message.send`, `auth.login`, … */
  readonly op: string;
  /** Null only for operations whose audience is public. */
  readonly actor: Actor | null;
  /** The request as the operation's schema accepts it: path, query and body fields together. */
  readonly d: Readonly<Record<string, unknown>>;
  /** Follows the request through logs, errors (`traceId`) and event metadata (`correlationId`). */
  readonly traceId: string;
  /** Client address, for rate limits only; never stored. */
  readonly address: string;
  readonly ipClass: IpClass;
  /** The last cursor that this connection was sent (HTTP header `chat-cursor`); null when the client sent none. */
  readonly chatCursor: string | null;
  /** When nobody waits for the answer any more, ms of this process's monotonic clock; absent: always somebody does. */
  readonly answerBeforeMs?: number;
};

/** Executes operations. Never throws for what a client can cause: those are `ok: false` results. */
export type OperationHandler = (call: OperationCall) => Promise<OpResult>;
