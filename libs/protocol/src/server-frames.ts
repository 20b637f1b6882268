import type { RequestId } from './frames.js';
import { isJsonObject, parseJsonObject } from './json-object.js';
import type { ProtocolError } from './protocol-error.js';

/** What a client reads: a reply has `re`, a push has none. `d` is the operation's or the event's to interpret. */
export type ServerFrame =
  | { readonly kind: 'reply'; readonly re: RequestId; readonly d: Readonly<Record<string, unknown>> }
  | { readonly kind: 'error'; readonly re: RequestId | null; readonly error: ProtocolError }
  | {
      readonly kind: 'push';
      readonly ev: string;
      readonly cur: string | null;
      readonly d: Readonly<Record<string, unknown>>;
    };

const replyOf = (frame: Record<string, unknown>): ServerFrame | null => {
  const { re, ok, d, error } = frame;
  const isId = typeof re === 'number' || typeof re === 'string';
  if (ok === true) return isId && isJsonObject(d) ? { kind: 'reply', re, d } : null;
  if (ok !== false || !(isId || re === null) || !isJsonObject(error)) return null;
  // A newer server may send a code that this client does not know; what to do is in `retryable`.
  const { code, message, retryable, traceId } = error;
  const isError = [code, message, traceId].every((part) => typeof part === 'string') && typeof retryable === 'boolean';
  return isError ? { kind: 'error', re, error: error as ProtocolError } : null;
};

const pushOf = ({ ev, cur, d }: Record<string, unknown>): ServerFrame | null => {
  if (typeof ev !== 'string' || !isJsonObject(d)) return null;
  if (cur === undefined) return { kind: 'push', ev, cur: null, d };
  return typeof cur === 'string' ? { kind: 'push', ev, cur, d } : null;
};

/** Reads one server frame; null for a text that is none. Never throws. Fields that it does not know are ignored. */
export const decodeServerFrame = (text: string): ServerFrame | null => {
  const frame = parseJsonObject(text);
  if (frame === null) return null;
  return Object.hasOwn(frame, 're') ? replyOf(frame) : pushOf(frame);
};
