import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  killRunningServers,
  launchServer,
  makeDataFolder,
  requestHttp,
  runProgram,
  startServer,
  type DataFolder,
} from '@verbatim/testing/scenario';
import { composeFile, environmentOf, service } from './compose.fixtures.js';

const CASE_MAX_MS = 60_000;

const small = composeFile('docker-compose.standalone.yml');
const { DATA_DIR: _, ...environment } = environmentOf(service(small, 'verbatim'));

/** What docker-compose.standalone.yml sets when nothing else does, on a port of its own. */
const inPublic = { ...environment, GATEWAY_PORT: '0' };
/** The program of the documented step, which runs in a container there. */
const [, KEYS = ''] = /^#\s+\(.* verbatim node (\S+) make >> \.env\)$/m.exec(small.text) ?? [];

let folder: DataFolder;
let data: string;
beforeEach(() => {
  folder = makeDataFolder('keys');
  data = join(folder.path, 'data');
});
afterEach(async () => {
  await killRunningServers();
  folder.remove();
});

const keyFile = () => join(data, 'identity-key.json');
const keys = (command: string, env: Readonly<Record<string, string>> = {}) =>
  runProgram(KEYS, { DATA_DIR: data, ...env }, command.split(' '));
const publishedKeys = async (url: string): Promise<readonly string[]> => {
  const { body } = await requestHttp(url, '/v1/.well-known/jwks.json');
  return (body as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
};

describe('a public start on an empty folder', () => {
  it(
    'is refused without keys, and again with a secret for cursors alone',
    async () => {
      await expect(launchServer({ dataDirectory: data, env: inPublic }).ready).rejects.toThrow('CURSOR_SECRET');
      const env = { ...inPublic, CURSOR_SECRET: '4f1d0c9a7be2386f51d0c9a7be2386f5' };
      await expect(launchServer({ dataDirectory: data, env }).ready).rejects.toThrow('npm run keys -- make');
      expect(existsSync(keyFile())).toBe(false);
    },
    CASE_MAX_MS,
  );

  it(
    'serves with what "keys make" makes and prints',
    async () => {
      const made = await keys('make', inPublic);
      expect(made.code).toBe(0);
      expect(made.output).toMatch(/^CURSOR_SECRET=[0-9a-f]{64}\nCHANNEL_SECRET=[0-9a-f]{64}\n$/);
      expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
      expect(statSync(data).mode & 0o777).toBe(0o700);
      const secrets = Object.fromEntries(
        made.output
          .trim()
          .split('\n')
          .map((line) => line.split('=')),
      );
      expect(new Set(Object.values(secrets)).size).toBe(2);
      const server = await startServer({ dataDirectory: data, env: { ...inPublic, ...secrets } });
      expect((await requestHttp(server.url, '/health/ready')).status).toBe(200);
      await server.stop();
    },
    CASE_MAX_MS,
  );
});

describe('the keys of a server', () => {
  it(
    'are not overwritten',
    async () => {
      await keys('make');
      const before = readFileSync(keyFile());
      const { code, output, errorOutput } = await keys('make');
      expect({ code, output }).toEqual({ code: 1, output: '' });
      expect(errorOutput).toContain('is there already');
      expect(readFileSync(keyFile())).toEqual(before);
    },
    CASE_MAX_MS,
  );

  it(
    'are shown by their ids, and rotated so that tokens of before stay good',
    async () => {
      await keys('make');
      const [first = ''] = (await keys('show')).output.split(' ');
      const ada = { userName: 'ada', password: 'correct horse battery' };
      const before = await startServer({ dataDirectory: data });
      const { body } = await requestHttp(before.url, '/v1/auth/register', { method: 'POST', body: ada });
      await before.stop();

      const { output } = await keys('rotate');
      expect(output.split('\n')).toEqual([`${first} is accepted`, expect.stringMatching(/^\S{43} signs$/), '']);
      expect(output).toBe((await keys('show')).output);
      expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
      const after = await startServer({ dataDirectory: data });
      expect(await publishedKeys(after.url)).toHaveLength(2);
      const { accessToken: token } = body as { accessToken: string };
      expect((await requestHttp(after.url, '/v1/inbox', { token })).status).toBe(200);
      await after.stop();
    },
    CASE_MAX_MS,
  );

  it.each(['rotate', 'show'])('are asked for by %s when there are none', async (command) => {
    const { code, errorOutput } = await keys(command);
    expect(code).toBe(1);
    expect(errorOutput).toMatch(/^verbatim: there is no key file .*npm run keys -- make[^\n]*\n$/);
  });

  it.each(['', 'make now', 'toString'])('have no command %p', async (command) => {
    const { code, errorOutput } = await keys(command);
    expect({ code, errorOutput }).toEqual({ code: 1, errorOutput: expect.stringContaining('usage: npm run keys') });
  });
});

const onLinux = existsSync('/proc/self') ? describe : describe.skip;

onLinux('a data folder that cannot be made', () => {
  it(
    'is told in one line, and the server ends',
    async () => {
      const { exited, ready } = launchServer({ dataDirectory: '/proc/verbatim' });
      await expect(ready).rejects.toThrow(/DATA_DIR \/proc\/verbatim cannot be written \(ENOENT\)/);
      expect(await exited).toEqual({ code: 1, signal: null });
    },
    CASE_MAX_MS,
  );
  it('gets no keys', async () => {
    const { code, errorOutput } = await keys('make', { DATA_DIR: '/proc/verbatim' });
    expect(code).toBe(1);
    expect(errorOutput).toMatch(/^verbatim: the key file [^\n]* cannot be written \(ENOENT\)[^\n]*\n$/);
  });
});
