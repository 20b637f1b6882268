import { isJsonObject, parseJsonObject } from './json-object.js';
import { REQUEST_ID_MAX_CHARACTERS } from './limits.js';
import type { OperationName, ReplyOf, RequestOf } from './operations.js';
import type { ErrorDetail, ProtocolError } from './protocol-error.js';

/** Chosen by the client, echoed in `re`: a whole number from 0 to 2^53 - 1, or a text of 1 to 64 characters. */
export type RequestId = number | string;

/** A request as it came: `op` may be any text, `d` is not yet checked against the operation. */
export type ClientRequest = {
  readonly id: RequestId;
  readonly op: string;
  readonly d: Readonly<Record<string, unknown>>;
};
export type ClientRequestOf<Name extends OperationName> = {
  readonly id: RequestId;
  readonly op: Name;
  readonly d: RequestOf<Name>;
};
export type SuccessReply<Name extends OperationName = OperationName> = {
  readonly re: RequestId;
  readonly ok: true;
  readonly d: ReplyOf<Name>;
};
/** `re` is null when the frame had no usable id. */
export type ErrorReply = { readonly re: RequestId | null; readonly ok: false; readonly error: ProtocolError };

export type DecodedFrame =
  | { readonly ok: true; readonly request: ClientRequest }
  | { readonly ok: false; readonly re: null; readonly code: 'malformed-frame' }
  | {
      readonly ok: false;
      readonly re: RequestId;
      readonly code: 'invalid-request';
      readonly details: readonly ErrorDetail[];
    };

const malformed = { ok: false, re: null, code: 'malformed-frame' } as const;
const NO_DATA: Readonly<Record<string, unknown>> = Object.freeze({});

const isRequestId = (id: unknown): id is RequestId =>
  typeof id === 'number'
    ? Number.isSafeInteger(id) && id >= 0 && !Object.is(id, -0)
    : typeof id === 'string' && id.length > 0 && id.length <= REQUEST_ID_MAX_CHARACTERS;

const invalid = (re: RequestId, path: string, code: ErrorDetail['code']): DecodedFrame => ({
  ok: false,
  re,
  code: 'invalid-request',
  details: [{ path, code }],
});

/** Reads one client frame. Never throws, whatever the text. A missing `d` is an empty one. */
export const decodeClientFrame = (text: string): DecodedFrame => {
  const frame = parseJsonObject(text);
  if (frame === null || !Object.hasOwn(frame, 'id')) return malformed;
  const { id, op } = frame;
  if (!isRequestId(id)) return malformed;
  for (const key of Object.keys(frame)) {
    if (key !== 'id' && key !== 'op' && key !== 'd') return invalid(id, '/' + pointerToken(key), 'unknown-field');
  }
  if (op === undefined) return invalid(id, '/op', 'required');
  if (typeof op !== 'string') return invalid(id, '/op', 'type');
  const d = frame['d'] === undefined ? NO_DATA : frame['d'];
  if (!isJsonObject(d)) return invalid(id, '/d', 'type');
  return { ok: true, request: { id, op, d } };
};

const POINTER_TOKEN_MAX_CHARACTERS = 64;
/** A name from a hostile request as a token of a JSON Pointer, cut to a length that may be echoed. */
export const pointerToken = (name: string): string =>
  name.slice(0, POINTER_TOKEN_MAX_CHARACTERS).replaceAll('~', '~0').replaceAll('/', '~1');
