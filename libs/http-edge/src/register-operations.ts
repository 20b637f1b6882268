import type { Actor } from '@verbatim/identity';
import {
  type ErrorCode,
  type ErrorFacts,
  type HttpBinding,
  IDEMPOTENCY_HEADER,
  type OpResult,
  type Operation,
  type OperationName,
  READ_CURSOR_HEADER,
  operations,
  protocolError,
} from '@verbatim/protocol';
import { checkHttpRequest } from '@verbatim/protocol/schemas';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientAddressOf, ipClassOf } from './client-address.js';
import type { HttpServer } from './http-server.js';
import { tellWhichMethods } from './method-not-allowed.js';
import type { OperationCall, OperationHandler } from './operation-call.js';
import { sendProblem } from './problem-reply.js';

/** Why nobody is let in: what is wrong with the token, or that it cannot be found out now. */
export type AuthenticationRefusal =
  'token-invalid' | 'token-expired' | 'session-ended' | 'account-suspended' | 'busy' | 'unavailable';
/** What a token proves, or why it proves nothing. */
export type Authentication =
  { readonly ok: true; readonly actor: Actor } | { readonly ok: false; readonly code: AuthenticationRefusal };
export type Authenticate = (accessToken: string) => Authentication | Promise<Authentication>;

export type LimitDecision = {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  readonly resetMs: number;
  readonly retryAfterMs: number;
};
/** Counts one call against its operation's class; null where the class has no limit. */
export type Limit = (operation: Operation, call: OperationCall) => LimitDecision | null | Promise<LimitDecision | null>;

/** Takes the response over: server-sent events, metrics. The call was authenticated, limited and checked like any other. */
export type RawHandler = (call: OperationCall, request: FastifyRequest, reply: FastifyReply) => unknown;

export type RegisterOptions = {
  readonly names: readonly OperationName[];
  readonly handler: OperationHandler;
  readonly rawHandlers?: Partial<Readonly<Record<OperationName, RawHandler>>>;
  readonly authenticate: Authenticate;
  readonly limit: Limit;
  /** Told of every failure that no client caused. */
  readonly onError: (error: unknown, traceId: string) => void;
};

declare module 'fastify' {
  interface FastifyRequest {
    /** The call, once its token and rate were found good; its fields are not checked yet. */
    admitted: OperationCall | null;
  }
}

/** Adds the routes of the named operations: authentication, rate limit, body, schema, handler, in this order. */
export const registerOperations = (server: HttpServer, options: RegisterOptions): void => {
  for (const name of options.names) {
    for (const binding of operations[name].http) {
      server.route({
        method: binding.method,
        url: binding.path.replaceAll(/\{(\w+)\}/g, ':$1'),
        // Nobody who is not let in has his body read.
        onRequest: (request, reply) => admit(name, options, request, reply),
        handler: (request, reply) => serve(name, binding, options, request, reply),
      });
      tellWhichMethods(server, binding);
    }
  }
};

const serve = async (
  name: OperationName,
  binding: HttpBinding,
  options: RegisterOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> => {
  const checked = checkHttpRequest(name, binding, partsOf(request));
  if (!checked.ok) return refuse(reply, checked.code, 'details' in checked ? { details: checked.details } : {});
  const call = { ...(request.admitted as OperationCall), d: checked.value as OperationCall['d'] };
  const raw = options.rawHandlers?.[name];
  if (raw !== undefined) return raw(call, request, reply);
  return sendResult(reply, await execute(options, call));
};

const execute = async ({ handler, onError }: RegisterOptions, call: OperationCall): Promise<OpResult> => {
  try {
    return await handler(call);
  } catch (error) {
    onError(error, call.traceId);
    return { ok: false, error: protocolError('internal', { traceId: call.traceId }) };
  }
};

const sendResult = (reply: FastifyReply, result: OpResult): FastifyReply => {
  if (!result.ok) return sendProblem(reply, result.error);
  reply.code(result.status).header('cache-control', 'no-store');
  if (result.status === 204) return reply.send();
  return reply.header('content-type', 'application/json; charset=utf-8').send(result.dText);
};

const refuse = (reply: FastifyReply, code: ErrorCode, facts: Omit<ErrorFacts, 'traceId'> = {}): FastifyReply =>
  sendProblem(reply, protocolError(code, { traceId: reply.request.traceId, ...facts }));

/** Lets the request go on with its call, or answers it: not authenticated, too often, a token in the address. */
const admit = async (
  name: OperationName,
  options: RegisterOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> => {
  const authentication = await authenticated(operations[name], options.authenticate, request);
  if (!authentication.ok) return void refuse(reply, authentication.code);
  const call = callOf(name, request, authentication.actor);
  const decision = await options.limit(operations[name], call);
  if (decision !== null) addLimitHeaders(reply, decision);
  if (decision?.allowed === false) return void refuse(reply, 'rate-limited', { retryAfterMs: decision.retryAfterMs });
  if (hasTokenInUrl(request)) return void refuse(reply, 'token-in-url');
  request.admitted = call;
};

const TOKEN_FIELDS = ['token', 'access_token', 'accessToken', 'refreshToken', 'authorization'];
const hasTokenInUrl = ({ query }: FastifyRequest): boolean =>
  TOKEN_FIELDS.some((field) => Object.hasOwn(query as object, field));

const partsOf = (request: FastifyRequest): Parameters<typeof checkHttpRequest>[2] => ({
  path: request.params as Readonly<Record<string, string>>,
  query: request.query as Readonly<Record<string, unknown>>,
  body: request.body,
  idempotencyKey: headerOf(request, IDEMPOTENCY_HEADER) ?? undefined,
});

const callOf = (op: OperationName, request: FastifyRequest, actor: Actor | null): OperationCall => {
  const address = clientAddressOf(request);
  const chatCursor = headerOf(request, READ_CURSOR_HEADER);
  return { op, actor, d: {}, traceId: request.traceId, address, ipClass: ipClassOf(address), chatCursor };
};

const headerOf = (request: FastifyRequest, name: string): string | null => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
};

const BEARER = /^Bearer ([\w.~+/-]+=*)$/i;

const authenticated = async (
  operation: Operation,
  authenticate: Authenticate,
  { headers }: FastifyRequest,
): Promise<{ ok: true; actor: Actor | null } | { ok: false; code: ErrorCode }> => {
  if (operation.access === 'anyone') return { ok: true, actor: null };
  if (headers.authorization === undefined) return { ok: false, code: 'not-authenticated' };
  const token = BEARER.exec(headers.authorization)?.[1];
  return token === undefined ? { ok: false, code: 'token-invalid' } : authenticate(token);
};

const addLimitHeaders = (reply: FastifyReply, { limit, remaining, resetMs }: LimitDecision): void => {
  reply
    .header('ratelimit-limit', limit)
    .header('ratelimit-remaining', remaining)
    .header('ratelimit-reset', Math.ceil(resetMs / 1_000));
};
