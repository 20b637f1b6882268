import { pointerToken } from '../frames.js';
import { isJsonObject } from '../json-object.js';
import { ERROR_DETAILS_MAX } from '../limits.js';
import type { OperationName, RequestOf } from '../operations.js';
import { operations, pathFieldsOf } from '../operations.js';
import type { HttpBinding } from '../operations/operation.js';
import type { ErrorDetail } from '../protocol-error.js';
import { checkRequest } from './check-request.js';
import { fieldSchemasOf } from './fields.js';

/** An HTTP request as the server's router and parsers hand it over: decoded, nothing coerced. */
export type HttpRequestParts = {
  readonly path: Readonly<Record<string, string>>;
  /** A key that is repeated has an array of its values. */
  readonly query: Readonly<Record<string, unknown>>;
  /** The parsed JSON body; undefined when the request has none. */
  readonly body: unknown;
  /** Value of the idempotency header; undefined when there is none. */
  readonly idempotencyKey?: string | undefined;
};

export type CheckedHttpRequest<Name extends OperationName> =
  | { readonly ok: true; readonly value: RequestOf<Name> }
  | { readonly ok: false; readonly code: 'malformed-json' }
  | { readonly ok: false; readonly code: 'invalid-request'; readonly details: readonly ErrorDetail[] };

type Data = Record<string, unknown>;

/** A decimal whole number and nothing else: no sign but a minus, no exponent, no blank, no `-0`. */
const INTEGER_TEXT = /^(?:0|-?[1-9]\d*)$/;

const invalid = (details: readonly ErrorDetail[]) => ({ ok: false, code: 'invalid-request', details }) as const;

/** Fields that are not of their place: a body cannot name what the path names. */
const strangers = (given: Readonly<Data>, known: readonly string[]): readonly ErrorDetail[] =>
  Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => ({ path: `/${pointerToken(name)}`, code: 'unknown-field' }));

const repeated = (query: Readonly<Data>): readonly ErrorDetail[] =>
  Object.keys(query)
    .filter((name) => typeof query[name] !== 'string')
    .map((name) => ({ path: `/${pointerToken(name)}`, code: 'repeated' }));

/** Query texts as JSON values, where the schema has a number; a text that is no number stays one and is refused. */
const readQuery = (name: OperationName, query: Readonly<Data>): Data => {
  const schemas = fieldSchemasOf(name);
  const read = (field: string, value: unknown) =>
    schemas[field]?.type === 'integer' && INTEGER_TEXT.test(String(value)) ? Number(value) : value;
  return Object.fromEntries(Object.entries(query).map(([field, value]) => [field, read(field, value)]));
};

const withIdempotencyKey = (name: OperationName, d: Data, key: string | undefined): Data | 'conflict' => {
  const field = operations[name].idempotencyField;
  if (key === undefined || field === undefined) return d;
  const given = d[field];
  if (given === undefined) return { ...d, [field]: key };
  return typeof given === 'string' && given.toLowerCase() !== key.toLowerCase() ? 'conflict' : d;
};

/** Puts path, query and body together, strictly, and checks them as the same request on the socket is checked. */
export const checkHttpRequest = <Name extends OperationName>(
  name: Name,
  binding: HttpBinding,
  { path, query, body = {}, idempotencyKey }: HttpRequestParts,
): CheckedHttpRequest<Name> => {
  if (!isJsonObject(body)) return { ok: false, code: 'malformed-json' };
  const misplaced = [...strangers(query, binding.query ?? []), ...strangers(body, binding.body ?? [])];
  if (misplaced.length > 0) return invalid(misplaced.slice(0, ERROR_DETAILS_MAX));
  const doubled = repeated(query);
  if (doubled.length > 0) return invalid(doubled);
  const fromPath = Object.fromEntries(pathFieldsOf(binding).map((field) => [field, path[field]]));
  const d = withIdempotencyKey(name, { ...body, ...readQuery(name, query), ...fromPath }, idempotencyKey);
  if (d === 'conflict') return invalid([{ path: `/${operations[name].idempotencyField}`, code: 'conflict' }]);
  const checked = checkRequest(name, d);
  return checked.ok ? checked : invalid(checked.details);
};
