import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  killRunningServers,
  makeDataFolder,
  openSocket,
  requestHttp,
  runProgram,
  startServer,
  type DataFolder,
  type ServerProcess,
} from '@verbatim/testing/scenario';
import { ROOT } from '../architecture/repository-files.fixtures.js';
import { blocksOf, documentText } from './documents.fixtures.js';

const CASE_MAX_MS = 120_000;
const VERIFY = 'apps/projector/dist/cli/verify.main.js';
const [, , restore = ''] = blocksOf(documentText('docs/backup-and-restore.md'), 'sh');

/** The program behind the one documented command. */
const programOf = (commands: string): string => {
  const [, script = ''] = /^npm run (\w+)/.exec(commands) ?? [];
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  return (scripts[script] ?? '').replace('exec node ', '');
};
const RESTORED = programOf(restore);

const personOf = (userName: string) => ({ userName, password: 'correct horse battery' });
type Person = { readonly userId: string; readonly accessToken: string };

const enter = async ({ url }: ServerProcess, how: 'register' | 'login', userName: string) =>
  requestHttp(url, `/v1/auth/${how}`, { method: 'POST', body: personOf(userName) });
const registered = async (server: ServerProcess, userName: string): Promise<Person> => {
  const { status, body } = await enter(server, 'register', userName);
  expect(status).toBe(201);
  return body as Person;
};
const idNamed = async ({ url }: ServerProcess, token: string, userName: string): Promise<unknown> => {
  const { body } = await requestHttp(url, `/v1/users?userName=${userName}`, { token });
  return (body as { userId?: string }).userId;
};

let folder: DataFolder;
beforeEach(() => {
  folder = makeDataFolder('restore');
});
afterEach(async () => {
  await killRunningServers();
  folder.remove();
});
const path = (name: string): string => join(folder.path, name);

/**
 * A server with Ada that is backed up, and goes on with Bob; then it is stopped. `backup` is the earlier state of it.
 * `cursor` is a place in the part of the log that the backup has too.
 */
const backedUpServer = async () => {
  const before = await startServer({ dataDirectory: path('data') });
  const ada = await registered(before, 'ada');
  const { body } = await requestHttp(before.url, '/v1/inbox', { token: ada.accessToken });
  const { cursor } = body as { cursor: string };
  await before.stop();
  cpSync(path('data'), path('backup'), { recursive: true });
  const after = await startServer({ dataDirectory: path('data') });
  const bob = await registered(after, 'bob');
  await after.stop();
  return { ada, bob, cursor };
};

describe('the documented way to restore a backup', () => {
  it.each([
    ['with its head marker', false],
    ['whose head marker is lost', true],
  ])(
    'takes one %s, resets every client and knows every account',
    async (_, isMarkerLost) => {
      const { ada, bob, cursor } = await backedUpServer();
      const backup = path('backup');
      // State is saved after the log: it has Bob, whom the log has not.
      for (const name of ['state.db', 'state.db-wal', 'state.db-shm']) rmSync(join(backup, name), { force: true });
      cpSync(path('data/state.db'), join(backup, 'state.db'));
      if (isMarkerLost) rmSync(join(backup, 'events.db.head'));

      const { code, output, errorOutput } = await runProgram(RESTORED, { DATA_DIR: backup });
      expect({ code, errorOutput }).toEqual({ code: 0, errorOutput: '' });
      expect(output).toMatch(/^checked 2 events: .* the log begins epoch 2$/m);
      expect(output).toMatch(/^the newest record is DeviceRegistered in user-\S+, position \d+, of \d{4}-\S+Z$/m);
      expect(output).toMatch(/^2 accounts; the log was told of 1 that it did not know$/m);
      expect(/^the head marker was absent/m.test(output)).toBe(isMarkerLost);
      expect(await runProgram(VERIFY, { DATA_DIR: backup })).toMatchObject({ code: 0 });

      const server = await startServer({ dataDirectory: backup });
      const login = await enter(server, 'login', 'ada');
      const { accessToken: token } = login.body as Person;
      const { socket, reply } = await openSocket(server.url, { token, cursor }, () => {});
      expect(reply).toMatchObject({ ok: true, d: { resume: 'reset' } });
      await socket.close();
      expect(await idNamed(server, token, 'bob')).toBe(bob.userId);
      expect(await idNamed(server, token, 'ada')).toBe(ada.userId);
      expect(await enter(server, 'login', 'bob')).toMatchObject({ status: 200, body: { userId: bob.userId } });
      await server.stop();
    },
    CASE_MAX_MS,
  );

  it(
    'may be repeated, and is refused while the server runs',
    async () => {
      await backedUpServer();
      const env = { DATA_DIR: path('backup') };
      for (const epoch of [2, 3]) expect((await runProgram(RESTORED, env)).output).toContain(`begins epoch ${epoch}\n`);
      const server = await startServer({ dataDirectory: path('backup') });
      const { code, errorOutput } = await runProgram(RESTORED, env);
      expect({ code, errorOutput }).toEqual({
        code: 1,
        errorOutput: expect.stringMatching(/^verbatim: [^\n]*already open/),
      });
      await server.stop();
    },
    CASE_MAX_MS,
  );

  it(
    'is named to those who start a server on a log without its marker',
    async () => {
      await backedUpServer();
      rmSync(path('backup/events.db.head'));
      await expect(startServer({ dataDirectory: path('backup') })).rejects.toThrow('npm run restored');
    },
    CASE_MAX_MS,
  );

  it('ends with one line where there is no log', async () => {
    const { code, errorOutput } = await runProgram(RESTORED, { DATA_DIR: path('nothing') });
    expect({ code, errorOutput }).toEqual({
      code: 1,
      errorOutput: expect.stringMatching(/^verbatim: there is no event log[^\n]*\n$/),
    });
  });
});

describe('verifying read models that are not there', () => {
  it(
    'fails, and makes none',
    async () => {
      await backedUpServer();
      for (const suffix of ['', '-wal', '-shm']) rmSync(path(`backup/read-models.db${suffix}`), { force: true });
      const { code, errorOutput } = await runProgram(VERIFY, { DATA_DIR: path('backup') });
      expect({ code, errorOutput }).toEqual({
        code: 1,
        errorOutput: expect.stringMatching(/^verbatim: [^\n]*npm run rebuild[^\n]*\n$/),
      });
      expect(existsSync(path('backup/read-models.db'))).toBe(false);
    },
    CASE_MAX_MS,
  );
});

describe('a log and a State that do not fit', () => {
  it(
    'let an account log in that only State has',
    async () => {
      const { bob } = await backedUpServer();
      const backup = path('backup');
      cpSync(path('data/state.db'), join(backup, 'state.db'));
      const server = await startServer({ dataDirectory: backup });
      const { status, body } = await enter(server, 'login', 'bob');
      expect({ status, body }).toMatchObject({ status: 200, body: { userId: bob.userId } });
      expect(await idNamed(server, (body as Person).accessToken, 'bob')).toBe(bob.userId);
      await server.stop();
    },
    CASE_MAX_MS,
  );

  it(
    'let a name be taken anew that only the log has, and show who took it',
    async () => {
      const { bob } = await backedUpServer();
      cpSync(path('backup/state.db'), path('data/state.db'));
      const server = await startServer({ dataDirectory: path('data') });
      expect(await enter(server, 'login', 'bob')).toMatchObject({ status: 401 });
      const again = await registered(server, 'bob');
      expect(again.userId).not.toBe(bob.userId);
      expect(await idNamed(server, again.accessToken, 'bob')).toBe(again.userId);
      await server.stop();
    },
    CASE_MAX_MS,
  );
});
