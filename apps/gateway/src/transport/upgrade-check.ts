import type { IncomingMessage } from 'node:http';
import { isOriginAllowed, type OriginPolicy } from '@verbatim/http-edge';
import { SOCKET_PATH, SUBPROTOCOL, type ErrorCode } from '@verbatim/protocol';

/** RFC 6455 §4.1: 16 bytes in base64. */
const SOCKET_KEY = /^[+/0-9A-Za-z]{22}==$/;
const SOCKET_VERSION = '13';
const TOKEN_FIELDS = ['token', 'access_token', 'accessToken', 'authorization'];

/** What is wrong with an upgrade request, by the code that it is answered with; null when nothing is. */
export const refusalOf = (request: IncomingMessage, origins: OriginPolicy): ErrorCode | null => {
  const { headers, method, url = '' } = request;
  const [path, query = ''] = url.split('?', 2);
  if (path !== SOCKET_PATH) return 'not-found';
  if (method !== 'GET') return 'method-not-allowed';
  if (headers.upgrade?.toLowerCase() !== 'websocket') return 'invalid-request';
  if (headers['sec-websocket-version'] !== SOCKET_VERSION) return 'upgrade-required';
  if (!SOCKET_KEY.test(headers['sec-websocket-key'] ?? '')) return 'invalid-request';
  if (!isOriginAllowed(origins, headers.origin)) return 'origin-not-allowed';
  if (TOKEN_FIELDS.some((field) => new URLSearchParams(query).has(field))) return 'token-in-url';
  return offersSubprotocol(headers['sec-websocket-protocol']) ? null : 'invalid-request';
};

/** Naming no subprotocol is fine: there is one only. Naming others only is not. */
const offersSubprotocol = (offered: string | undefined): boolean =>
  offered === undefined || offered.split(',').some((name) => name.trim() === SUBPROTOCOL);
