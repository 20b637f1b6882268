import { type OperationCall, type RawHandler, type ServiceParts, serviceHandlers } from '@verbatim/http-edge';
import type { OperationName, OpResult } from '@verbatim/protocol';
import { asyncApiDocument, openApiDocument } from '@verbatim/protocol/schemas';

export type GatewayServiceParts = ServiceParts & { readonly document: Parameters<typeof openApiDocument>[0] };

/** Health, metrics and the published documents. */
export const serviceRoutes = ({ document, ...parts }: GatewayServiceParts) => {
  const openApi = JSON.stringify(openApiDocument(document));
  const asyncApi = JSON.stringify(asyncApiDocument(document));
  const service = serviceHandlers(parts);
  const operations: Partial<Record<OperationName, (call: OperationCall) => OpResult>> = {
    ...service.operations,
    'document.openapi': () => ({ ok: true, status: 200, dText: openApi }),
    'document.asyncapi': () => ({ ok: true, status: 200, dText: asyncApi }),
  };
  const rawHandlers: Partial<Record<OperationName, RawHandler>> = service.rawHandlers;
  return { operations, rawHandlers };
};
