import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { PROBLEM_MEDIA_TYPE, problemOf, retryAfterHeaderOf, type ProtocolError } from '@verbatim/protocol';

/** A refused socket that stays open after its answer is cut off. */
const LINGER_MAX_MS = 1_000;

/** Answers an upgrade request as a plain HTTP error, and closes. */
export const refuseUpgrade = (socket: Duplex, error: ProtocolError): void => {
  const problem = problemOf(error);
  const body = JSON.stringify(problem);
  const retryAfter = retryAfterHeaderOf(error);
  const headers = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    'Connection: close',
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    ...(problem.status === 405 ? ['Allow: GET'] : []),
    ...(problem.status === 426 ? ['Upgrade: websocket', 'Sec-WebSocket-Version: 13'] : []),
    ...(retryAfter === null ? [] : [`Retry-After: ${retryAfter}`]),
  ];
  socket.on('error', () => socket.destroy());
  socket.end(`${headers.join('\r\n')}\r\n\r\n${body}`);
  setTimeout(() => socket.destroy(), LINGER_MAX_MS).unref();
};
