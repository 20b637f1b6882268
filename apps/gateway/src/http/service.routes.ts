import type { OperationName, OpResult } from '@verbatim/protocol';
import { protocolError } from '@verbatim/protocol';
import { asyncApiDocument, openApiDocument } from '@verbatim/protocol/schemas';
import type { OperationCall, RawHandler } from '@verbatim/http-edge';
import type { Metrics } from '@verbatim/platform';
import { ok } from '../command/operation-error.js';

/** Named conditions of readiness: each says `ok` or what is not. */
export type ReadinessChecks = () => Readonly<Record<string, string>>;

export type ServiceParts = {
  readonly checks: ReadinessChecks;
  readonly metrics: Metrics;
  readonly document: Parameters<typeof openApiDocument>[0];
};

/** Health, metrics and the published documents. */
export const serviceRoutes = ({ checks, metrics, document }: ServiceParts) => {
  const openApi = JSON.stringify(openApiDocument(document));
  const asyncApi = JSON.stringify(asyncApiDocument(document));
  const operations: Partial<Record<OperationName, (call: OperationCall) => OpResult>> = {
    'health.live': () => ok({ status: 'ok' }),
    'document.openapi': () => ({ ok: true, status: 200, dText: openApi }),
    'document.asyncapi': () => ({ ok: true, status: 200, dText: asyncApi }),
  };
  const ready: RawHandler = ({ traceId }, _request, reply) => {
    const results = checks();
    const isReady = Object.values(results).every((result) => result === 'ok');
    if (isReady) return reply.send({ status: 'ok', checks: results });
    const { code, retryAfterMs } = protocolError('unavailable', { traceId });
    return reply
      .code(503)
      .header('retry-after', Math.ceil((retryAfterMs ?? 0) / 1_000))
      .send({ status: 'unavailable', code, traceId, checks: results });
  };
  const scrape: RawHandler = async (_call, _request, reply) =>
    reply.header('content-type', metrics.contentType).send(await metrics.text());
  return { operations, rawHandlers: { 'health.ready': ready, 'metrics.read': scrape } };
};
