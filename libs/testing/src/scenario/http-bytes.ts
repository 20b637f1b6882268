import type { TcpClient } from './tcp-client.js';

export type BytesAnswer = {
  readonly status: number;
  /** Names in lower case; of a repeated header the last value. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
};

/** Fields as they go out; null leaves one out, a list repeats it. */
export type HeaderFields = Readonly<Record<string, string | readonly string[] | null>>;

/** A request as bytes: what is given and nothing more. */
export const requestBytes = (line: string, headers: HeaderFields, body: string | Buffer = ''): Buffer => {
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    value === null ? [] : [value].flat().map((each) => `${name}: ${each}`),
  );
  return Buffer.concat([Buffer.from([line, ...lines, '', ''].join('\r\n'), 'latin1'), Buffer.from(body)]);
};

const HEADERS_END = '\r\n\r\n';

/**
 * The first whole answer among the bytes; null while it is not all there. Reads a body by its length, none for 101, 204 and 304.
 * @param hasBody false for the answer to a HEAD
 */
export const readAnswer = (received: Buffer, hasBody = true): BytesAnswer | null => {
  const end = received.indexOf(HEADERS_END);
  if (end < 0) return null;
  const [statusLine = '', ...lines] = received.toString('latin1', 0, end).split('\r\n');
  const headers = new Map(
    lines.map((line) => [line.split(':')[0]?.toLowerCase() ?? '', line.replace(/^[^:]*:\s*/, '')]),
  );
  const status = Number(statusLine.split(' ')[1]);
  const body = received.subarray(end + HEADERS_END.length);
  const length = !hasBody || [101, 204, 304].includes(status) ? 0 : Number(headers.get('content-length') ?? 0);
  return body.length < length ? null : { status, headers, text: body.toString('utf8', 0, length) };
};

/** Sends the bytes and waits for the answer. @throws NoAnswerError when the connection ends without one */
export const exchangeBytes = (client: TcpClient, bytes: Buffer): Promise<BytesAnswer> => {
  client.write(bytes);
  return client.waitFor((received) => readAnswer(received, !bytes.subarray(0, 5).equals(HEAD)));
};
const HEAD = Buffer.from('HEAD ');
