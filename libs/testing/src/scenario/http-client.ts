const REQUEST_MAX_MS = 20_000;

export type HttpAnswer = {
  readonly status: number;
  /** Parsed JSON; null when the answer has no body. */
  readonly body: unknown;
  readonly headers: Headers;
};

export type HttpRequest = {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** No answer came: what was asked for may or may not have happened. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

/**
 * One request over HTTP, written against the published protocol and nothing else.
 * @throws NoAnswerError
 */
export const requestHttp = async (baseUrl: string, path: string, request: HttpRequest = {}): Promise<HttpAnswer> => {
  const { method = 'GET', token, body, headers = {} } = request;
  try {
    const response = await fetch(baseUrl + path, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(REQUEST_MAX_MS),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text), headers: response.headers };
  } catch (cause) {
    throw new NoAnswerError(`${method} ${path}: no answer`, { cause });
  }
};
