import { once } from 'node:events';
import { killRunningServers, makeDataFolder, requestHttp, startServer } from '@verbatim/testing/scenario';
import { WebSocket } from 'ws';

const CASE_MAX_MS = 60_000;
const folder = makeDataFolder('origins');
afterAll(async () => {
  await killRunningServers();
  folder.remove();
});

/** What a page of the origin gets: the status of a query, and whether its socket opens. */
const asPageOf = async (url: string, origin: string) => {
  const { status } = await requestHttp(url, '/health/live', { headers: { origin } });
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/ws`, { origin });
  const outcome = await Promise.race([
    once(socket, 'open').then(() => 'open'),
    once(socket, 'unexpected-response').then(() => 'refused'),
  ]);
  socket.on('error', () => {}).terminate();
  return { status, socket: outcome };
};

it(
  'a server serves pages of its own origin beside those that are listed, and no others',
  async () => {
    const env = { PUBLIC_URL: 'https://chat.example/', GATEWAY_ALLOWED_ORIGINS: 'https://app.example' };
    const { url } = await startServer({ dataDirectory: folder.path, env });
    const { port } = new URL(url);
    const own = [url, `http://localhost:${port}`, 'https://chat.example', 'https://app.example'];
    for (const origin of own)
      expect([origin, await asPageOf(url, origin)]).toEqual([origin, { status: 200, socket: 'open' }]);
    const others = ['http://chat.example', 'https://chat.example.evil', `http://localhost:${Number(port) + 1}`, 'null'];
    for (const origin of others)
      expect([origin, await asPageOf(url, origin)]).toEqual([origin, { status: 403, socket: 'refused' }]);
  },
  CASE_MAX_MS,
);
