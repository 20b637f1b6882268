import type { Server } from 'node:http';
import { type ErrorCode, IDEMPOTENCY_HEADER, READ_CURSOR_HEADER, protocolError } from '@verbatim/protocol';
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { answerBrokenRequest } from './broken-request.js';
import { httpLimits } from './http-limits.js';
import { type OriginPolicy, isOriginAllowed } from './origin-policy.js';
import { sendProblem } from './problem-reply.js';
import { parseStrictQuery } from './strict-query.js';
import { traceIdFrom } from './trace-id.js';

export type HttpServer = FastifyInstance;

declare module 'fastify' {
  interface FastifyRequest {
    /** Follows the request through logs, errors and event metadata. */
    traceId: string;
  }
}

export type HttpServerOptions = {
  readonly origins: OriginPolicy;
  /** Addresses or ranges of proxies whose `X-Forwarded-For` is believed; none by default. */
  readonly trustedProxies: readonly string[];
  /** Told of every failure that no client caused. */
  readonly onError: (error: unknown, traceId: string) => void;
};

/** A Fastify server that speaks problem+json, takes strict JSON and strict queries, and knows nothing of the domain yet. */
export const createHttpServer = (options: HttpServerOptions): HttpServer => {
  const server = fastify({
    bodyLimit: httpLimits.bodyMaxBytes,
    requestTimeout: httpLimits.requestTimeoutMs,
    keepAliveTimeout: httpLimits.keepAliveTimeoutMs,
    maxRequestsPerSocket: httpLimits.requestsPerSocketMax,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: false,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    trustProxy: options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
    http: { maxHeaderSize: httpLimits.headersMaxBytes, connectionsCheckingInterval: httpLimits.timeoutCheckIntervalMs },
    routerOptions: { querystringParser: parseStrictQuery, maxParamLength: httpLimits.pathFieldMaxCharacters },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => {
      // The router refused the address: no hook has run.
      request.traceId = traceIdFrom(request.headers.traceparent);
      reply.header('x-content-type-options', 'nosniff');
      answer(request, reply, codeOf(error));
    },
  });
  (server.server as Server).headersTimeout = httpLimits.headersTimeoutMs;
  server.decorateRequest('traceId', '');
  server.decorateRequest('admitted', null);
  addRequestHooks(server, options);
  acceptStrictJson(server);
  server.setNotFoundHandler((request, reply) => answer(request, reply, 'not-found'));
  server.setErrorHandler<FastifyError>((error, request, reply) => {
    const code = codeOf(error);
    if (code === 'internal') options.onError(error, request.traceId);
    return answer(request, reply, code);
  });
  return server;
};

const answer = (request: FastifyRequest, reply: FastifyReply, code: ErrorCode): FastifyReply => {
  if (!request.raw.complete) readTheRest(reply);
  return sendProblem(reply, protocolError(code, { traceId: request.traceId }));
};

/**
 * A connection that is closed with bytes unread is reset, and the answer is lost on its way. Kept open, Node reads what is left of
 * the request and drops it, within the request timeout.
 */
const readTheRest = (reply: FastifyReply): void => {
  reply.removeHeader('connection');
  reply.raw.shouldKeepAlive = true;
};

const CORS_HEADERS = `authorization, content-type, traceparent, ${IDEMPOTENCY_HEADER}, ${READ_CURSOR_HEADER}`;
const CORS_METHODS = 'GET, POST, PATCH, DELETE';
const CORS_EXPOSED = 'retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset';
const PREFLIGHT_MAX_AGE_S = 600;

const addRequestHooks = (server: HttpServer, { origins }: HttpServerOptions): void => {
  server.addHook('onRequest', (request, reply, done) => {
    request.traceId = traceIdFrom(request.headers.traceparent);
    reply.header('x-content-type-options', 'nosniff');
    const { origin } = request.headers;
    if (origin === undefined) return done();
    reply.header('vary', 'origin');
    if (!isOriginAllowed(origins, origin)) return void answer(request, reply, 'origin-not-allowed');
    reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', CORS_EXPOSED);
    if (request.method !== 'OPTIONS') return done();
    void reply
      .header('access-control-allow-headers', CORS_HEADERS)
      .header('access-control-allow-methods', CORS_METHODS)
      .header('access-control-max-age', PREFLIGHT_MAX_AGE_S)
      .code(204)
      .send();
  });
};

const JSON_TYPE = /^application\/json(?:\s*;\s*charset=(?:"utf-8"|utf-8))?\s*$/i;
const BYTE_ORDER_MARK = 0xfeff;

/** One JSON text in UTF-8 and nothing around it. Fastify's own parser accepts a byte order mark and broken UTF-8. */
const acceptStrictJson = (server: HttpServer): void => {
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<Buffer>(JSON_TYPE, { parseAs: 'buffer' }, (request, body, done) => {
    if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') return done(encoded(), undefined);
    let text: string;
    try {
      text = utf8.decode(body);
    } catch {
      return done(malformed(), undefined);
    }
    if (text.length === 0 || text.charCodeAt(0) === BYTE_ORDER_MARK) return done(malformed(), undefined);
    return parse(request, text, done);
  });
};

const malformed = (): Error => Object.assign(new Error('malformed JSON'), { code: 'FST_ERR_CTP_INVALID_JSON_BODY' });
/** Nothing is unpacked here: ten kilobytes may become ten megabytes. */
const encoded = (): Error => Object.assign(new Error('encoded body'), { code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE' });

const codesOf: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload-too-large',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed-json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed-json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed-json',
  FST_ERR_BAD_URL: 'not-found',
  FST_ERR_MAX_PARAM_LENGTH: 'invalid-request',
};

const codeOf = (error: FastifyError): ErrorCode => {
  const code = codesOf[error.code];
  if (code !== undefined) return code;
  // What secure-json-parse and JSON.parse throw, the forbidden `__proto__` among it.
  return error.statusCode === 400 || error instanceof SyntaxError ? 'malformed-json' : 'internal';
};
