import { gatewayConfig } from '@verbatim/gateway';
import { type Env, InvalidConfigError } from '@verbatim/platform';
import { projectorConfig } from '@verbatim/projector/config';
import { composeFile, environmentOf, imageCommand, isOurs, service } from './compose.fixtures.js';
import { programIn, readersOf } from './program-settings.fixtures.js';

const whole = composeFile('docker-compose.yml');
const files = [whole, composeFile('docker-compose.standalone.yml')];
const ours = files.flatMap((file) => file.named.filter(isOurs).map((each) => ({ ...each, of: file.path, file })));

/** What "keys make" prints. */
const dotEnv = {
  CURSOR_SECRET: '4f1d0c9a7be2386f51d0c9a7be2386f5',
  CHANNEL_SECRET: '9b6e0a7c25d84f13a1c7e20b5f9d3846',
};

/** An environment that tells which names it was asked for, set or not. */
const watched = (env: Env): { readonly env: Env; readonly asked: ReadonlySet<string> } => {
  const asked = new Set<string>();
  const get = (_: unknown, name: string | symbol): string | undefined => {
    asked.add(String(name));
    return env[String(name)];
  };
  return { env: new Proxy<Env>(env, { get }), asked };
};

const missing = (work: () => unknown): readonly string[] => {
  try {
    work();
    return [];
  } catch (error) {
    if (!(error instanceof InvalidConfigError)) throw error;
    return error.problems.map(({ name }) => name).toSorted();
  }
};

describe('a program in a container', () => {
  it.each(ours)('reads more than one group of settings: $name of $of', (each) => {
    expect(readersOf(each).length).toBeGreaterThan(1);
  });

  it.each(ours)('accepts its settings, with the two secrets in .env: $name of $of', async (each) => {
    const { settings } = await programIn(each);
    expect(missing(() => settings(environmentOf(each, dotEnv)))).toEqual([]);
  });

  it.each(ours)('is set nothing that it does not read: $name of $of', async (each) => {
    const { settings } = await programIn(each);
    const { env, asked } = watched(environmentOf(each, dotEnv));
    settings(env);
    expect(Object.keys(each.environment ?? {}).filter((name) => !asked.has(name))).toEqual([]);
  });

  it.each(ours)('asks for its own secrets, and nothing else, before they are made: $name of $of', async (each) => {
    const { settings } = await programIn(each);
    const secrets = Object.keys(each.environment ?? {}).filter((name) => name.endsWith('_SECRET'));
    expect(missing(() => settings(environmentOf(each)))).toEqual(secrets.toSorted());
  });

  it.each(ours.filter(({ file }) => file === whole))(
    'misses every engine that it is not told of: $name',
    async (each) => {
      const { settings } = await programIn(each);
      const env = environmentOf(each, dotEnv);
      const engines = Object.keys(env).filter((name) => /^(EVENT_STORE|READ_MODEL|STATE|PRESENCE)_URL$/.test(name));
      expect(engines.length).toBeGreaterThanOrEqual(3);
      for (const name of engines) expect(missing(() => settings({ ...env, [name]: '' }))).toEqual([name]);
    },
  );

  it.each(ours)('is asked for its readiness where it listens: $name of $of', async (each) => {
    const { settings } = await programIn(each);
    const { port } = settings(environmentOf(each, dotEnv)) as { port: number };
    expect(each.healthcheck?.test.at(-1)).toContain(`'http://127.0.0.1:${port}/health/ready'`);
  });

  it('listens for clients at the port that the image names when nothing else is said', () => {
    expect(imageCommand('HEALTHCHECK').at(-1)).toContain(`|| ${gatewayConfig({}).port}}`);
  });
});

/** `host:port` of every other container in a setting. */
const placesIn = (text: string): readonly string[] =>
  [...text.matchAll(/(?:^|,|\/\/)([a-z][a-z0-9-]*:\d+)/g)].map(([, place = '']) => place);

describe('what one container is told of another', () => {
  const told = ours.flatMap((each) =>
    Object.entries(environmentOf(each)).flatMap(([variable, value]) =>
      variable === 'PUBLIC_URL' ? [] : placesIn(value).map((place) => ({ ...each, variable, place })),
    ),
  );

  it('is about every engine and every command-api', () => {
    const hosts = new Set(told.map(({ place }) => place.split(':')[0]));
    expect([...hosts].toSorted()).toEqual([
      'command-api-1',
      'command-api-2',
      'eventstore',
      'kafka',
      'mongodb',
      'redis',
    ]);
  });

  it.each(told)('is a service that it waits for and can reach: $place for $variable of $name', (each) => {
    const host = each.place.split(':')[0] ?? '';
    expect(each.depends_on?.[host]).toEqual({ condition: 'service_healthy' });
    expect(service(each.file, host).networks?.some((network) => each.networks?.includes(network))).toBe(true);
  });

  it('is the port of a command-api where it is one', async () => {
    const each = service(whole, 'command-api-1');
    const { port } = (await programIn(each)).settings(environmentOf(each, dotEnv)) as { port: number };
    const { COMMAND_API_URLS } = environmentOf(service(whole, 'gateway-1'));
    expect(COMMAND_API_URLS).toBe(`http://command-api-1:${port},http://command-api-2:${port}`);
  });

  it('is the same for both of a kind', () => {
    for (const kind of ['gateway', 'command-api', 'projector'])
      expect(service(whole, `${kind}-1`)).toEqual(service(whole, `${kind}-2`));
  });
});

describe('the tools that are run in a container', () => {
  it('find the engines as the projector does', () => {
    const { EVENT_STORE_URL, READ_MODEL_URL, STATE_URL, ...env } = environmentOf(service(whole, 'projector-1'));
    expect(projectorConfig({ ...env, EVENT_STORE_URL, READ_MODEL_URL, STATE_URL })).toEqual({
      eventStoreUrl: EVENT_STORE_URL,
      readModelUrl: READ_MODEL_URL,
      stateUrl: STATE_URL,
    });
  });

  it('find the keys where the command-apis read them', async () => {
    const each = service(whole, 'command-api-1');
    const { keyFile, keyText } = (await programIn(each)).settings(environmentOf(each, dotEnv));
    expect({ keyFile, keyText }).toEqual({ keyFile: '/data/identity-key.json', keyText: null });
    expect(each.volumes).toEqual(['keys:/data']);
  });
});
