import type { NoFields, Operation } from './operation.js';

export type HealthReply = { readonly status: 'ok' | 'unavailable'; readonly checks?: Readonly<Record<string, string>> };
export type KeysReply = { readonly keys: readonly Readonly<Record<string, unknown>>[] };

export type ServiceExchanges = {
  'health.live': { request: NoFields; reply: HealthReply };
  'health.ready': { request: NoFields; reply: HealthReply };
  'metrics.read': { request: NoFields; reply: NoFields };
  'keys.list': { request: NoFields; reply: KeysReply };
  'document.openapi': { request: NoFields; reply: Readonly<Record<string, unknown>> };
  'document.asyncapi': { request: NoFields; reply: Readonly<Record<string, unknown>> };
};

const open = {
  socket: false,
  successStatus: 200,
  access: 'anyone',
  servedBy: 'every-app',
  rateLimit: 'none',
  errors: [],
} as const;

export const serviceOperations = {
  'health.live': { ...open, summary: 'The process lives', http: [{ method: 'GET', path: '/health/live' }] },
  'health.ready': {
    ...open,
    summary: 'Everything needed to serve is there; 503 `unavailable` names what is not',
    http: [{ method: 'GET', path: '/health/ready' }],
  },
  'metrics.read': {
    ...open,
    summary: 'Metrics in the Prometheus text format',
    http: [{ method: 'GET', path: '/metrics' }],
    mediaType: 'text/plain',
  },
  'keys.list': {
    ...open,
    summary: 'The public keys of the access tokens (JWKS)',
    http: [{ method: 'GET', path: '/v1/.well-known/jwks.json' }],
    servedBy: 'command-api',
  },
  'document.openapi': {
    ...open,
    summary: 'This interface over HTTP, as OpenAPI 3.1',
    http: [{ method: 'GET', path: '/openapi.json' }],
    servedBy: 'gateway',
  },
  'document.asyncapi': {
    ...open,
    summary: 'This interface on the socket, as AsyncAPI 3.0',
    http: [{ method: 'GET', path: '/asyncapi.json' }],
    servedBy: 'gateway',
  },
} as const satisfies { readonly [Name in keyof ServiceExchanges]: Operation };
