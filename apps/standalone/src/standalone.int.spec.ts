import { randomUUID } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  type DataFolder,
  type HttpAnswer,
  type ServerProcess,
  killRunningServers,
  makeDataFolder,
  requestHttp,
  startServer,
} from '@verbatim/testing/scenario';

const STARTS_MAX_MS = 60_000;
const CLEAN = { code: 0, signal: null };

let folder: DataFolder;
beforeEach(() => {
  folder = makeDataFolder('standalone');
});
afterEach(async () => {
  await killRunningServers();
  folder.remove();
});

const register = async ({ url }: ServerProcess, userName: string): Promise<string> => {
  const body = { userName, password: 'correct horse battery' };
  const answer = await requestHttp(url, '/v1/auth/register', { method: 'POST', body });
  expect(answer.status).toBe(201);
  return (answer.body as { accessToken: string }).accessToken;
};
const post = (server: ServerProcess, token: string, path: string, body: object): Promise<HttpAnswer> =>
  requestHttp(server.url, path, { method: 'POST', token, body });

describe('the standalone', () => {
  it(
    'starts on an empty folder, takes messages, ends with code 0 on SIGTERM, and knows them after the next start',
    async () => {
      const server = await startServer({ dataDirectory: folder.path });
      const token = await register(server, 'ada');
      const group = await post(server, token, '/v1/groups', { name: 'Analysts', visibility: 'open' });
      const messages = `/v1/conversations/${(group.body as { conversationId: string }).conversationId}/messages`;
      const message = { clientMsgId: randomUUID(), body: 'hello' };
      const sent = await post(server, token, messages, message);
      expect(sent).toMatchObject({ status: 201, body: { seq: 1, duplicate: false } });
      expect(await server.stop()).toEqual(CLEAN);
      expect(server.errorOutput()).toBe('');

      const next = await startServer({ dataDirectory: folder.path });
      const again = await post(next, token, messages, message);
      expect(again).toMatchObject({ status: 200, body: { ...(sent.body as object), duplicate: true } });
      expect(await next.stop()).toEqual(CLEAN);
    },
    STARTS_MAX_MS,
  );

  it(
    'says where it serves in one line, once it does',
    async () => {
      const server = await startServer({ dataDirectory: folder.path, env: { GATEWAY_HOST: '::1' } });
      expect(server.output()).toMatch(/^verbatim ready http:\/\/\[::1\]:\d+ pid \d+\n$/);
      expect((await requestHttp(server.url, '/health/live')).status).toBe(200);
      expect(await server.stop()).toEqual(CLEAN);
    },
    STARTS_MAX_MS,
  );

  it(
    'makes nothing that other users of the machine may read',
    async () => {
      const server = await startServer({ dataDirectory: join(folder.path, 'data') });
      await register(server, 'ada');
      await server.stop();
      const modes = readdirSync(folder.path, { recursive: true, withFileTypes: true }).map(
        ({ parentPath, name }) => statSync(join(parentPath, name)).mode & 0o077,
      );
      expect(modes.length).toBeGreaterThan(4);
      expect(new Set(modes)).toEqual(new Set([0]));
    },
    STARTS_MAX_MS,
  );

  it(
    'answers what is under way when it is told to end',
    async () => {
      const server = await startServer({ dataDirectory: folder.path });
      const token = await register(server, 'ada');
      const groups = Array.from({ length: 40 }, (_, index) =>
        post(server, token, '/v1/groups', { name: `Group ${index}`, visibility: 'open' }),
      );
      await groups[0];
      const ended = server.stop();
      const outcomes = await Promise.allSettled(groups);
      expect(await ended).toEqual(CLEAN);
      const answered = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.status] : []));
      expect(new Set(answered)).toEqual(new Set([201]));
    },
    STARTS_MAX_MS,
  );
});
