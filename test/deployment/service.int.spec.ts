import { describeWithEngines, ENGINE_HOOK_MAX_MS } from '@verbatim/testing/engines';
import {
  type DataFolder,
  makeDataFolder,
  openSocket,
  type Platform,
  platformEngines,
  type Push,
  requestHttp,
  runProgram,
  startPlatform,
} from '@verbatim/testing/scenario';
import { composeFile, environmentOf, service } from './compose.fixtures.js';

const CASE_MAX_MS = 60_000;
const ada = { userName: 'ada', password: 'correct horse battery' };

const whole = composeFile('docker-compose.yml');
/** The program of the documented step, which runs in a container there. */
const [, KEYS = ''] = /^#\s+\(.* command-api-1 node (\S+) make >> \.env\)$/m.exec(whole.text) ?? [];

const madeKeys = async (directory: string): Promise<Readonly<Record<string, string>>> => {
  const { output } = await runProgram(KEYS, { DATA_DIR: directory }, ['make']);
  const lines = output.trim().split('\n');
  return Object.fromEntries(lines.map((line) => line.split('=') as [string, string]));
};

type Places = Readonly<Record<string, string>>;

/** What a container is set, with the places of this machine for those of its network, on ports that are free here. */
const settingsHere = (name: string, dotEnv: Readonly<Record<string, string>>, places: Places) =>
  Object.fromEntries(
    Object.entries(environmentOf(service(whole, name), dotEnv))
      .filter(([variable]) => !/_PORT$|^COMMAND_API_URLS$|^KAFKA_BROKERS$/.test(variable))
      .map(([variable, value]) => [
        variable,
        Object.entries(places).reduce((text, [there, here]) => text.replaceAll(there, here), value),
      ]),
  );

describeWithEngines(['event-store-server', 'mongo-java-server', 'redis'], (engines) => {
  let folder: DataFolder;
  let platform: Platform;
  const processes = () => [...platform.commandApis, ...platform.projectors, ...platform.gateways];

  beforeAll(async () => {
    folder = makeDataFolder('service');
    const [eventStore, mongo, redis] = await Promise.all([
      engines['event-store-server'].start(),
      engines['mongo-java-server'].start(),
      engines.redis.start(),
    ]);
    const dotEnv = await madeKeys(folder.path);
    const places = {
      'eventstore:2113': `${eventStore.host}:${eventStore.port}`,
      'mongodb:27017': `${mongo.host}:${mongo.port}`,
      'redis:6379': `${redis.host}:${redis.port}`,
      '/data': folder.path,
    };
    platform = await startPlatform({
      engines: platformEngines({ eventStore, mongo, redis }),
      ...{ gateways: 2, commandApis: 2, projectors: 2 },
      keys: { DATA_DIR: folder.path, CURSOR_SECRET: dotEnv['CURSOR_SECRET'] ?? '' },
      envOf: (app, index) => settingsHere(`${app}-${index + 1}`, dotEnv, places),
    });
  }, ENGINE_HOOK_MAX_MS);
  afterAll(async () => {
    await platform.close();
    folder.remove();
  }, ENGINE_HOOK_MAX_MS);

  describe('the processes of docker-compose.yml', () => {
    it(
      'are ready with the settings of their containers and what "keys make" makes',
      async () => {
        const answers = await Promise.all(processes().map(({ url }) => requestHttp(url, '/health/ready')));
        expect(answers.map(({ status, body }) => ({ status, body }))).toEqual(
          answers.map(() => ({ status: 200, body: expect.objectContaining({ status: 'ok' }) as unknown })),
        );
      },
      CASE_MAX_MS,
    );

    it(
      'are one service: what is done at one gateway arrives at the other',
      async () => {
        const [first = '', second = ''] = platform.gateways.map(({ url }) => url);
        const registered = await requestHttp(first, '/v1/auth/register', { method: 'POST', body: ada });
        const { accessToken: token } = registered.body as { accessToken: string };
        const { promise: arrived, resolve } = Promise.withResolvers<Push>();
        const { socket, reply } = await openSocket(second, { token }, (push) => {
          if (push.ev === 'group.created') resolve(push);
        });
        expect(reply).toMatchObject({ ok: true });
        const group = { name: 'Engines', visibility: 'open' };
        const made = await requestHttp(first, '/v1/groups', { method: 'POST', token, body: group });
        expect(made.status).toBe(201);
        expect((await arrived).d).toMatchObject({ name: 'Engines' });
        await socket.close();
      },
      CASE_MAX_MS,
    );

    it(
      'end in order when they are told to',
      async () => {
        const exits = await Promise.all(processes().map((each) => each.stop()));
        expect(exits).toEqual(exits.map(() => ({ code: 0, signal: null })));
      },
      CASE_MAX_MS,
    );
  });
});
