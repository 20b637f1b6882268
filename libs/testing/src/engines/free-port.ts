import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give to outgoing connections (32768 and up on Linux): a client that keeps connecting to
 * the port of a killed engine could otherwise be given that very port, be connected to itself, and keep the engine out.
 */
const MIN_PORT = 20_000;
const MAX_PORT = 32_000;
const TRIES = 100;

const taken = new Set<number>();

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer();
  try {
    server.listen({ port, host: '127.0.0.1', exclusive: true });
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
};

/** A port that nobody listens at, and that this process has not been given before. */
export const freePort = async (): Promise<number> => {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const port = randomInt(MIN_PORT, MAX_PORT);
    if (taken.has(port) || !(await isFree(port))) continue;
    taken.add(port);
    return port;
  }
  throw new Error(`no free port between ${MIN_PORT} and ${MAX_PORT} in ${TRIES} tries`);
};
