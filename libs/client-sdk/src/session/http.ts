import type { Problem, ProtocolError } from '@verbatim/protocol';
import { RequestRejectedError, UnreachableError } from '../errors.js';
import type { Runtime } from '../kernel/runtime.js';

/** The part of `fetch` that is used. */
export type FetchLike = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly signal: AbortSignal;
  },
) => Promise<{ readonly ok: boolean; readonly status: number; text(): Promise<string> }>;

export type HttpPorts = {
  readonly fetch: FetchLike;
  readonly runtime: Runtime;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly timeoutMs: number;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && typeof (body as Problem).code === 'string';

const errorOf = ({ code, detail, title, retryable, retryAfterMs, details, traceId }: Problem): ProtocolError => ({
  code,
  message: detail ?? title,
  retryable: retryable === true,
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  ...(details === undefined ? {} : { details }),
  traceId,
});

/** The reply's body. @throws as `post` does */
export const get = (ports: HttpPorts, path: string, token: string): Promise<unknown> =>
  exchange(ports, 'GET', path, undefined, token);

/**
 * Posts JSON and returns the reply's body, `{}` for an empty one. A problem document becomes RequestRejectedError;
 * no answer, or one that is not the service's (a proxy's page), becomes UnreachableError.
 */
export const post = (ports: HttpPorts, path: string, body?: object, token?: string): Promise<unknown> =>
  exchange(ports, 'POST', path, body, token);

const exchange = async (
  ports: HttpPorts,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
  token?: string,
): Promise<unknown> => {
  const abort = new AbortController();
  const timer = ports.runtime.after(ports.timeoutMs, () => abort.abort());
  try {
    const response = await ports.fetch(ports.baseUrl + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: abort.signal,
    });
    const text = await response.text();
    const parsed = text === '' ? {} : parse(text);
    if (response.ok && parsed !== undefined) return parsed;
    if (isProblem(parsed)) throw new RequestRejectedError(path, errorOf(parsed));
    throw new UnreachableError(path);
  } catch (error) {
    if (error instanceof RequestRejectedError || error instanceof UnreachableError) throw error;
    throw new UnreachableError(path, { cause: error });
  } finally {
    timer.cancel();
  }
};
