import type { AddressInfo } from 'node:net';
import { OperatorError } from '@verbatim/platform';
import type { HttpServer } from './http-server.js';

export type ListenAddress = {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The variables that named them, for who has to change them: `GATEWAY` stands for `GATEWAY_HOST` and `GATEWAY_PORT`. */
  readonly variables: string;
};

/** @param host name or address; an IPv6 address without brackets */
export const httpUrl = (host: string, port: number): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

/** Takes requests from here on. @throws OperatorError when the address cannot be had */
export const listenOn = async (
  server: HttpServer,
  { host, port, variables }: ListenAddress,
): Promise<{ readonly url: string; readonly port: number }> => {
  try {
    await server.listen({ host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new OperatorError(`port ${port} is in use: stop what uses it or set ${variables}_PORT`);
    throw new OperatorError(`cannot listen on ${host}:${port} (${code}): set ${variables}_HOST and ${variables}_PORT`);
  }
  const address = server.server.address() as AddressInfo;
  return { url: httpUrl(address.address, address.port), port: address.port };
};
