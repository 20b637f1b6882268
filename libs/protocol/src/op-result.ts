import type { ProtocolError } from './protocol-error.js';

/**
 * Outcome of an operation, before it becomes a socket reply or an HTTP response.
 * `dText` is the reply's `d` (the HTTP body) as JSON text: encoded once, whatever carries it; empty for 204.
 */
export type OpResult =
  | { readonly ok: true; readonly status: number; readonly dText: string }
  | { readonly ok: false; readonly error: ProtocolError };
