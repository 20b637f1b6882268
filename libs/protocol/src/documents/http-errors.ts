import { errorCodes } from '../error-codes.js';
import type { ErrorCode } from '../error-codes.js';
import { audienceOf } from '../operations.js';
import type { HttpBinding, Operation } from '../operations/operation.js';
import { PROBLEM_MEDIA_TYPE } from '../protocol-error.js';
import { componentRef } from '../schemas/component-names.js';
import type { Json } from './components.js';

const anyRequest: readonly ErrorCode[] = ['invalid-request', 'headers-too-large', 'overloaded', 'internal'];
const withToken: readonly ErrorCode[] = ['not-authenticated', 'token-invalid', 'token-expired', 'session-ended'];
const withBody: readonly ErrorCode[] = [
  'malformed-json',
  'request-timeout',
  'payload-too-large',
  'unsupported-media-type',
];
const onCommands: readonly ErrorCode[] = ['busy', 'unavailable'];
const onQueries: readonly ErrorCode[] = ['behind', 'unavailable'];

/** Every code that a route may answer with. */
export const errorsOf = (operation: Operation, binding: HttpBinding): readonly ErrorCode[] => {
  if (operation.servedBy === 'every-app' && operation.access === 'anyone') return ['unavailable', 'internal'];
  return [
    ...anyRequest,
    ...(operation.rateLimit === 'none' ? [] : (['rate-limited'] as const)),
    ...(audienceOf(operation) === 'authenticated' ? withToken : []),
    ...(binding.body === undefined ? [] : withBody),
    ...(operation.rateLimit === 'query' ? onQueries : onCommands),
    ...operation.errors,
  ];
};

const retryAfter = { description: 'Seconds to wait.', schema: { type: 'integer', minimum: 1 } };

const responseOf = (status: number, codes: readonly ErrorCode[]): Json => ({
  description: codes.map((code) => `\`${code}\`: ${errorCodes[code].meaning}`).join('\n\n'),
  ...(status === 429 || status === 503 ? { headers: { 'Retry-After': retryAfter } } : {}),
  content: { [PROBLEM_MEDIA_TYPE]: { schema: componentRef('Problem') } },
});

/** The error responses of a route, one per status. */
export const errorResponses = (operation: Operation, binding: HttpBinding): Json => {
  const codes = errorsOf(operation, binding);
  const statuses = [...new Set(codes.map((code) => errorCodes[code].status))];
  const ofStatus = (status: number) => codes.filter((code) => errorCodes[code].status === status);
  return Object.fromEntries(statuses.map((status) => [status, responseOf(status, ofStatus(status))]));
};
