import {
  killRunningServers,
  launchServer,
  makeDataFolder,
  requestHttp,
  ServerNotReadyError,
  startServer,
  type DataFolder,
  type ServerProcess,
} from '@verbatim/testing/scenario';
import { describeWithEngine, type RunningEngine } from '@verbatim/testing/engines';
import { readTopic } from '@verbatim/testing/kafka';
import { documentText, plain, tableRows } from './documents.fixtures.js';

const text = documentText('docs/analytics.md');
const TOPIC = 'chat.events.v1';
const RELAY = 'kafka-relay-v1';
/** A broker and servers start, on a busy machine. */
const PATIENCE_MS = 120_000;
const POLL_MS = 20;

const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
};
const checkOf = async ({ url }: ServerProcess): Promise<{ readonly status: number; readonly relay: string }> => {
  const { status, body } = await requestHttp(url, '/health/ready');
  return { status, relay: (body as { checks: Record<string, string> }).checks[RELAY] ?? '' };
};
const register = async ({ url }: ServerProcess, userName: string): Promise<number> =>
  (
    await requestHttp(url, '/v1/auth/register', {
      method: 'POST',
      body: { userName, password: 'correct horse battery' },
    })
  ).status;

describeWithEngine('kafka', (engine) => {
  let broker: RunningEngine;
  let folder: DataFolder;
  beforeAll(async () => {
    broker = await engine.start();
  }, PATIENCE_MS);
  beforeEach(() => {
    folder = makeDataFolder('analytics');
  });
  afterEach(async () => {
    await killRunningServers();
    folder.remove();
  });
  const start = (): Promise<ServerProcess> =>
    startServer({ dataDirectory: folder.path, env: { KAFKA_BROKERS: broker.url } });

  it(
    'the documented relay has these metrics and parts of a message, and no other',
    async () => {
      const server = await start();
      await register(server, 'ada');
      await until(async () => (await checkOf(server)).relay === 'ok');
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      const named = [...metrics.matchAll(/^# TYPE (verbatim_reactor_\w+) (\w+)$/gm)].map(
        ([, name = '', kind = '']) => `${name} ${kind}`,
      );
      const documented = tableRows(text, 'Relay metric').map(([name = '', kind = '']) => `${plain(name)} ${kind}`);
      expect(documented.toSorted()).toEqual(named.toSorted());

      const messages = await readTopic(broker.url, TOPIC);
      const headers = new Set(messages.flatMap((message) => Object.keys(message.headers)));
      const parts = tableRows(text, 'Part').flatMap(([names = '']) => plain(names).split(', '));
      const absent = ['ce_causationid', 'late']; // where nothing was caused, and nothing is late
      expect([...headers, ...absent, 'key', 'value'].toSorted()).toEqual(parts.toSorted());
      expect(messages.map((message) => message.headers['ce_type'])).toContain('UserRegistered');
    },
    PATIENCE_MS,
  );

  it(
    'the relay waits while Kafka is away, is not red, and nobody has to wait for it',
    async () => {
      const server = await start();
      await broker.kill();
      expect(await register(server, 'bob')).toBe(201);
      await until(async () => (await checkOf(server)).relay.startsWith('ok: retrying, '));
      expect((await checkOf(server)).status).toBe(200);
      await broker.restart();
      await until(async () => (await checkOf(server)).relay === 'ok');
      const messages = await readTopic(broker.url, TOPIC);
      expect(messages.some(({ value }) => value.includes('"userName":"bob"'))).toBe(true);
      expect((await server.stop()).code).toBe(0);
    },
    PATIENCE_MS,
  );

  it.each([
    ['no broker', () => ({ KAFKA_BROKERS: '127.0.0.1:1' }), /KAFKA_BROKERS/],
    ['no list of brokers', () => ({ KAFKA_BROKERS: 'kafka' }), /KAFKA_BROKERS has to list brokers as host:port/],
    ['fewer partitions', () => ({ KAFKA_BROKERS: broker.url, KAFKA_PARTITIONS: '13' }), /set KAFKA_PARTITIONS=12/],
  ])(
    'a start with %s is refused in one line that names the variable',
    async (_, env, says) => {
      const error: unknown = await launchServer({ dataDirectory: folder.path, env: env() }).ready.catch(
        (refusal: unknown) => refusal,
      );
      if (!(error instanceof ServerNotReadyError)) throw new Error('the server started');
      expect(error.exit).toEqual({ code: 1, signal: null });
      expect(error.errorOutput).toMatch(/^verbatim: [^\n]+$/);
      expect(error.errorOutput).toMatch(says);
    },
    PATIENCE_MS,
  );
});
