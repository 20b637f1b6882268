import type { EngineProgram } from '../engine-program.js';
import { exchange } from '../exchange.js';
import { locateProgram } from './locate.js';

/** Faults between two processes; `proxy` makes a way through it. */
export const toxiproxy: EngineProgram = {
  locate: () => locateProgram('toxiproxy', 'bin', 'server'),
  args: ({ port }) => ['-host', '127.0.0.1', '-port', String(port)],
  url: (port) => `http://127.0.0.1:${port}`,
  answers: async (port) => {
    const request = `GET /proxies HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: close\r\n\r\n`;
    const answer = await exchange(port, request, (received) => received.includes('\r\n\r\n'));
    return answer?.toString('latin1').startsWith('HTTP/1.1 200') ?? false;
  },
};
