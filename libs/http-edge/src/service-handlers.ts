import { type OperationName, type OpResult, protocolError } from '@verbatim/protocol';
import type { HttpServer } from './http-server.js';
import type { OperationCall } from './operation-call.js';
import { type RawHandler, registerOperations } from './register-operations.js';

/** Named conditions of readiness: each says `ok`, `ok: ` and what is worth knowing all the same, or what is not. */
export type ReadinessChecks = () => Readonly<Record<string, string>>;

export type ServiceParts = {
  readonly checks: ReadinessChecks;
  readonly metrics: { readonly text: () => Promise<string>; readonly contentType: string };
};

type ServiceHandlers = {
  readonly operations: Partial<Readonly<Record<OperationName, (call: OperationCall) => OpResult>>>;
  readonly rawHandlers: Partial<Readonly<Record<OperationName, RawHandler>>>;
};

/** Health and metrics, as every app answers them. */
export const serviceHandlers = ({ checks, metrics }: ServiceParts): ServiceHandlers => {
  const ready: RawHandler = ({ traceId }, _request, reply) => {
    const results = checks();
    const isReady = Object.values(results).every((result) => result === 'ok' || result.startsWith('ok: '));
    if (isReady) return reply.send({ status: 'ok', checks: results });
    const { code, retryAfterMs } = protocolError('unavailable', { traceId });
    return reply
      .code(503)
      .header('retry-after', Math.ceil((retryAfterMs ?? 0) / 1_000))
      .send({ status: 'unavailable', code, traceId, checks: results });
  };
  const scrape: RawHandler = async (_call, _request, reply) =>
    reply.header('content-type', metrics.contentType).send(await metrics.text());
  return {
    operations: { 'health.live': () => ({ ok: true, status: 200, dText: '{"status":"ok"}' }) },
    rawHandlers: { 'health.ready': ready, 'metrics.read': scrape },
  };
};

/** Adds health and metrics to a server that answers nothing else of the public table. */
export const mountServiceRoutes = (
  server: HttpServer,
  parts: ServiceParts & { readonly onError: (error: unknown, traceId: string) => void },
): void => {
  const { operations, rawHandlers } = serviceHandlers(parts);
  const notFound = (traceId: string): OpResult => ({ ok: false, error: protocolError('not-found', { traceId }) });
  registerOperations(server, {
    names: [...Object.keys(operations), ...Object.keys(rawHandlers)] as OperationName[],
    handler: async (call) => operations[call.op as OperationName]?.(call) ?? notFound(call.traceId),
    rawHandlers,
    // Nothing here asks who calls, or how often.
    authenticate: () => ({ ok: false, code: 'token-invalid' }),
    limit: () => null,
    onError: parts.onError,
  });
};
