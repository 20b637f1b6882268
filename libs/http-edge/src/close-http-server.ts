import { httpLimits } from './http-limits.js';
import type { HttpServer } from './http-server.js';

/** Takes no new connection, lets the requests under way be answered for a while, then cuts off what is left. */
export const closeHttpServer = async (server: HttpServer, graceMs: number = httpLimits.closeGraceMs): Promise<void> => {
  const { server: sockets } = server;
  // A connection whose request was answered meanwhile waits for another one that is not to come.
  const idle = setInterval(() => sockets.closeIdleConnections(), httpLimits.closeIdleIntervalMs);
  const late = setTimeout(() => sockets.closeAllConnections(), graceMs);
  try {
    await server.close();
  } finally {
    clearInterval(idle);
    clearTimeout(late);
  }
};
