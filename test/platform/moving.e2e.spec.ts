import { randomBytes, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openStateStore } from '@verbatim/state';
import { ENGINE_HOOK_MAX_MS, type RunningEngine, describeWithEngines } from '@verbatim/testing/engines';
import {
  type DataFolder,
  type Fields,
  type Platform,
  type PlatformEngines,
  type PlatformProcess,
  type Push,
  type ServerProcess,
  killRunningServers,
  makeDataFolder,
  openSocket,
  platformEngines,
  requestHttp,
  runProgram,
  startPlatform,
  startServer,
} from '@verbatim/testing/scenario';
import { logOf, untilAnswered } from './people.js';

/** Servers start and stop beside a full test run on two cores. */
const TEST_MAX_MS = 180_000;
const MIGRATE = 'apps/projector/dist/cli/migrate.main.js';
const VERIFY = 'apps/projector/dist/cli/verify.main.js';
const RESTORED = 'apps/standalone/dist/restored.main.js';
const ACCOUNTS = 'apps/standalone/dist/accounts.main.js';
const PASSWORD = 'correct horse battery';

type Somewhere = { readonly url: string };
type SignedIn = {
  readonly userId: string;
  readonly deviceId: string;
  readonly accessToken: string;
  readonly refreshToken: string;
};

const signIn = async ({ url }: Somewhere, how: 'register' | 'login' | 'refresh', body: Fields): Promise<SignedIn> => {
  const answer = await requestHttp(url, `/v1/auth/${how}`, { method: 'POST', body });
  if (answer.status >= 300) throw new Error(`${how}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body as SignedIn;
};
const say = async ({ url }: Somewhere, { accessToken: token }: SignedIn, group: string, text: string) => {
  const path = `/v1/conversations/${group}/messages`;
  const body = { clientMsgId: randomUUID(), body: text };
  const answer = await untilAnswered(() => requestHttp(url, path, { method: 'POST', token, body }));
  return answer.body as { readonly seq: number };
};
const cursorOf = async ({ url }: Somewhere, { accessToken: token }: SignedIn): Promise<string> => {
  const { body } = await untilAnswered(() => requestHttp(url, '/v1/inbox', { token }));
  return (body as { cursor: string }).cursor;
};
/** What a device that was here before is told about the place where it was. */
const resumedAt = async (
  { url }: Somewhere,
  { accessToken: token, deviceId }: SignedIn,
  cursor: string,
): Promise<unknown> => {
  const { promise: reset, resolve } = Promise.withResolvers<unknown>();
  const onPush = ({ ev, d }: Push): void => void (ev === 'reset' && resolve(d['reason']));
  const { socket, reply } = await openSocket(url, { token, deviceId, cursor }, onPush);
  const answer = reply.ok && reply.d['resume'] === 'reset' ? await reset : reply;
  await socket.close();
  return answer;
};

describeWithEngines(['event-store-server', 'mongo-java-server', 'redis'], (available) => {
  let folder: DataFolder;
  let engines: PlatformEngines;
  let started: readonly RunningEngine[];
  let platform: Platform | null = null;
  const cursorSecret = randomBytes(32).toString('hex');

  beforeAll(async () => {
    const [eventStore, mongo, redis] = await Promise.all([
      available['event-store-server'].start(),
      available['mongo-java-server'].start(),
      available.redis.start(),
    ]);
    started = [eventStore, mongo, redis];
    engines = platformEngines({ eventStore, mongo, redis });
    folder = makeDataFolder('moving');
  }, ENGINE_HOOK_MAX_MS);
  afterAll(async () => {
    await platform?.close();
    await killRunningServers();
    await Promise.all(started.map((engine) => engine.stop()));
    folder.remove();
  }, ENGINE_HOOK_MAX_MS);

  const settings = (): Record<string, string> => ({
    EVENT_STORE_URL: engines.eventStoreUrl,
    READ_MODEL_URL: engines.readModelUrl,
    STATE_URL: engines.stateUrl,
  });
  const keys = () => ({ DATA_DIR: folder.path, CURSOR_SECRET: cursorSecret });
  const migrate = () =>
    runProgram(MIGRATE, { DATA_DIR: folder.path }, ['--to', engines.eventStoreUrl, '--state', engines.stateUrl]);
  const startThere = async (): Promise<PlatformProcess> => {
    platform = await startPlatform({ engines, keys: keys() });
    return platform.gateways[0] as PlatformProcess;
  };

  /** Ada and Bob with a group in which they have talked, on one process; Bob has changed his password. */
  const aPlatformOfOneProcess = async () => {
    const server: ServerProcess = await startServer({
      dataDirectory: folder.path,
      env: { CURSOR_SECRET: cursorSecret },
    });
    const ada = await signIn(server, 'register', { userName: 'ada', password: PASSWORD });
    const bob = await signIn(server, 'register', { userName: 'bob', password: PASSWORD });
    const request = { method: 'POST', token: ada.accessToken } as const;
    const group = { name: 'Analysts', visibility: 'invite-only', memberIds: [bob.userId], commandId: randomUUID() };
    const made = await requestHttp(server.url, '/v1/groups', { ...request, body: group });
    const { conversationId } = made.body as { conversationId: string };
    for (let number = 1; number <= 20; number += 1)
      await say(server, number % 2 === 0 ? ada : bob, conversationId, `message ${number}`);
    const before = await logOf(server, { token: ada.accessToken }, conversationId);
    const cursor = await cursorOf(server, ada);
    await server.stop();
    return { ada, bob, conversationId, before, cursor };
  };

  it(
    'a platform moves from one process to several, and its people notice nothing but a reset',
    async () => {
      const { ada, bob, conversationId, before, cursor } = await aPlatformOfOneProcess();
      const migrated = await migrate();
      expect(migrated).toMatchObject({ code: 0, errorOutput: '' });
      expect(migrated.output).toMatch(/^copied \d+ documents of State, 0 were there/m);
      const gateway = await startThere();

      const again = await signIn(gateway, 'login', { userName: 'ada', password: PASSWORD, deviceId: ada.deviceId });
      expect([again.userId, again.deviceId]).toEqual([ada.userId, ada.deviceId]);
      const refreshed = await signIn(gateway, 'refresh', { refreshToken: bob.refreshToken });
      expect(await logOf(gateway, { token: refreshed.accessToken }, conversationId)).toEqual(before);
      expect(await resumedAt(gateway, again, cursor)).toBe('other-epoch');
      const { seq } = await say(gateway, refreshed, conversationId, 'here now');
      expect(seq).toBe(Math.max(...before.keys()) + 1);
      await signIn(gateway, 'register', { userName: 'carol', password: PASSWORD });
      const taken = { method: 'POST', body: { userName: 'bob', password: PASSWORD } } as const;
      expect((await requestHttp(gateway.url, '/v1/auth/register', taken)).status).toBe(409);
    },
    TEST_MAX_MS,
  );

  it(
    'a move is not begun once more when people use the new form',
    async () => {
      const { code, errorOutput } = await migrate();
      expect(code).toBe(1);
      expect(errorOutput).toMatch(/^verbatim: --to names an event store that holds something else [^\n]*\n$/);
      await signIn(platform?.gateways[0] as PlatformProcess, 'login', { userName: 'ada', password: PASSWORD });
    },
    TEST_MAX_MS,
  );

  it(
    'accounts that are brought along are imported into the engines, and log in at a gateway',
    async () => {
      const old = await openStateStore(`sqlite:${join(folder.path, 'state.db')}`);
      const [account] = await (
        await old.collection<{ passwordHash: string }>({ name: 'accounts' })
      ).list('', { limit: 1 });
      await old.close();
      const file = join(folder.path, 'accounts.jsonl');
      const passwordHash = account?.document.passwordHash;
      await writeFile(file, `${JSON.stringify({ userName: 'dora', passwordHash })}\n`);
      const imported = await runProgram(ACCOUNTS, { ...settings(), ...keys() }, ['import', '--file', file]);
      expect(imported).toMatchObject({ code: 0, errorOutput: '', output: 'accounts: 1 imported, 0 existed\n' });
      const dora = await signIn(platform?.gateways[0] as PlatformProcess, 'login', {
        userName: 'dora',
        password: PASSWORD,
      });
      expect(dora.userId).toEqual(expect.any(String));
    },
    TEST_MAX_MS,
  );

  it(
    'a backup of the engines is accepted as one of files is: a new epoch, every client reset, read models folded anew',
    async () => {
      const at = platform?.gateways[0] as PlatformProcess;
      const ada = await signIn(at, 'login', { userName: 'ada', password: PASSWORD });
      const cursor = await cursorOf(at, ada);
      await platform?.close();
      const restored = await runProgram(RESTORED, { ...settings(), ...keys() });
      expect(restored).toMatchObject({ code: 0, errorOutput: '' });
      expect(restored.output).toMatch(/the log begins epoch 3$/m);
      expect(await runProgram(VERIFY, settings())).toMatchObject({ code: 0, errorOutput: '' });
      expect(await resumedAt(await startThere(), ada, cursor)).toBe('other-epoch');
    },
    TEST_MAX_MS,
  );
});
