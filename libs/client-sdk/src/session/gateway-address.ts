import { SOCKET_PATH } from '@verbatim/protocol';
import type { ReplyOf } from '@verbatim/protocol';
import { get } from './http.js';
import type { HttpPorts } from './http.js';

/** Where a connection is opened; asked before each attempt. */
export type SocketAddress = (token: string) => Promise<string>;

const socketUrlAt = (baseUrl: string): string => baseUrl.replace(/\/+$/, '').replace(/^http/, 'ws') + SOCKET_PATH;

export const fixedAddress = (baseUrl: string): SocketAddress => {
  const url = socketUrlAt(baseUrl);
  return () => Promise.resolve(url);
};

/** The gateway that the service names, near the zone if one is given. Where nothing better is known: the service's own address. */
export const foundAddress =
  (http: HttpPorts, zone?: string): SocketAddress =>
  async (token) => {
    const query = zone === undefined ? '' : `?zone=${encodeURIComponent(zone)}`;
    try {
      const { url } = (await get(http, `/v1/gateway${query}`, token)) as ReplyOf<'gateway.find'>;
      return /^https?:\/\//.test(url) ? socketUrlAt(url) : socketUrlAt(http.baseUrl);
    } catch {
      return socketUrlAt(http.baseUrl);
    }
  };
