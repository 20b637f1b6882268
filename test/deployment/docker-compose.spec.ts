import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { documentText } from '../docs/documents.fixtures.js';
import { ROOT } from '../architecture/repository-files.fixtures.js';
import {
  composeFile,
  environmentOf,
  isOurs,
  programOf,
  service,
  sourceOf,
  substituted,
  variablesIn,
} from './compose.fixtures.js';

const whole = composeFile('docker-compose.yml');
const small = composeFile('docker-compose.standalone.yml');
const files = [whole, small];
const everyService = files.flatMap((file) => file.named.map((each) => ({ ...each, file, of: file.path })));
const secondsOf = (text = '0s'): number => Number(/^(\d+)s$/.exec(text)?.[1]);

describe('the service of several processes', () => {
  it('has two of every process of ours, every engine, and a proxy', () => {
    expect(new Set(whole.named.map(({ name }) => name))).toEqual(
      new Set([
        ...['gateway-1', 'gateway-2', 'command-api-1', 'command-api-2', 'projector-1', 'projector-2'],
        ...['eventstore', 'mongodb', 'kafka', 'redis', 'proxy'],
      ]),
    );
  });

  it('runs a line of EventStoreDB that is under the BSD licence, and recent enough', () => {
    const [, major = '', minor = ''] = /:(\d+)\.(\d+)\./.exec(service(whole, 'eventstore').image) ?? [];
    expect(Number(major) * 100 + Number(minor)).toBeLessThanOrEqual(2_310);
    expect(Number(major) * 100 + Number(minor)).toBeGreaterThanOrEqual(2_210);
  });

  it('keeps the log on a disk and runs no projections of the database', () => {
    const { environment, volumes } = service(whole, 'eventstore');
    expect(environment).toMatchObject({ EVENTSTORE_MEM_DB: 'false', EVENTSTORE_RUN_PROJECTIONS: 'None' });
    expect(volumes).toContain('events:/var/lib/eventstore');
  });

  it('makes the replica set by itself, under the name that it was started with', () => {
    const { command = [], healthcheck } = service(whole, 'mongodb');
    const name = command[command.indexOf('--replSet') + 1];
    expect(healthcheck?.test.at(-1)).toContain(
      `rs.initiate({ _id: '${name}', members: [{ _id: 0, host: 'mongodb:27017' }] })`,
    );
    expect(healthcheck?.test.at(-1)).toContain('isWritablePrimary ? 0 : 1');
  });

  it('lets nobody reach an engine but by the network that has no way out', () => {
    const engines = whole.named.filter((each) => !isOurs(each) && each.name !== 'proxy');
    expect(engines.map(({ networks }) => networks)).toEqual(engines.map(() => ['inside']));
    expect(whole.networks['inside']).toEqual({ internal: true });
    expect(service(whole, 'proxy').networks).toEqual(['edge']);
  });

  it('gives Kafka an id of a cluster that it accepts', () => {
    const { CLUSTER_ID = '' } = service(whole, 'kafka').environment ?? {};
    expect(Buffer.from(CLUSTER_ID, 'base64url')).toHaveLength(16);
    expect(Buffer.from(CLUSTER_ID, 'base64url').toString('base64url')).toBe(CLUSTER_ID);
  });
});

describe('every service', () => {
  it.each(everyService)('has an exact version of its image: $name of $of', ({ image }) => {
    expect(image).toMatch(/^[a-z][a-z0-9/.-]*:\d+\.\d+\.\d+[a-z0-9.-]*(@sha256:[0-9a-f]{64})?$/);
  });

  it.each(everyService)('is asked whether it is healthy, and started again: $name of $of', (each) => {
    expect(each.healthcheck?.test.length).toBeGreaterThan(1);
    expect(each.restart).toBe('unless-stopped');
  });

  it.each(everyService)('waits for healthy services that are there: $name of $of', ({ depends_on = {}, file }) => {
    expect(Object.keys(depends_on).filter((name) => file.services[name] === undefined)).toEqual([]);
    expect(new Set(Object.values(depends_on).map(({ condition }) => condition))).toEqual(
      new Set(Object.keys(depends_on).length > 0 ? ['service_healthy'] : []),
    );
  });

  it.each(everyService.filter(({ file }) => file === whole))('has a bound on its memory: $name', ({ deploy }) => {
    expect(deploy?.resources?.limits?.memory).toMatch(/^\d+[MG]$/);
  });

  it.each(files)('uses what is declared, and declares nothing else: $path', (file) => {
    const used = (part: (each: (typeof file.named)[number]) => readonly string[]) => new Set(file.named.flatMap(part));
    expect(used(({ networks = [] }) => networks)).toEqual(new Set(Object.keys(file.networks)));
    expect(used(({ volumes = [] }) => volumes.map((volume) => volume.split(':')[0] ?? ''))).toEqual(
      new Set(Object.keys(file.volumes)),
    );
    expect(used(({ configs = [] }) => configs.map(({ source }) => source))).toEqual(new Set(Object.keys(file.configs)));
  });

  it.each(files)('is reached through the proxy alone: $path', ({ named }) => {
    expect(named.filter(({ ports }) => ports !== undefined).map(({ name }) => name)).toEqual(['proxy']);
  });
});

describe('a process of ours', () => {
  const ours = everyService.filter(isOurs);

  it.each(ours)('is compiled from a file that is there: $name of $of', (each) => {
    expect(existsSync(join(ROOT, sourceOf(programOf(each))))).toBe(true);
  });

  it.each(ours)('has more time to end than it takes: $name of $of', ({ stop_grace_period }) => {
    const lifecycle = documentText('libs/platform/src/lifecycle/lifecycle.ts');
    const deadlineMs = Number(/DEFAULT_STOP_DEADLINE_MS = ([\d_]+);/.exec(lifecycle)?.[1]?.replaceAll('_', ''));
    expect(secondsOf(stop_grace_period) * 1_000).toBeGreaterThan(deadlineMs);
  });
});

describe('the proxy', () => {
  const contentOf = (file: typeof whole, dotEnv = {}) => substituted(file.configs['caddyfile']?.content ?? '', dotEnv);

  it.each(files)('leads to the processes that listen for clients, each at its port: $path', (file) => {
    const [, upstreams = ''] = /^ *reverse_proxy ([^{\n]+)/m.exec(contentOf(file)) ?? [];
    const clients = file.named.filter(({ environment }) => environment?.['GATEWAY_PORT'] !== undefined);
    expect(upstreams.trim().split(' ')).toEqual(
      clients.map((each) => `${each.name}:${environmentOf(each)['GATEWAY_PORT']}`),
    );
    expect(Object.keys(service(file, 'proxy').depends_on ?? {})).toEqual(clients.map(({ name }) => name));
  });

  it.each(files)('is the one whose word on client addresses is taken: $path', (file) => {
    const network = file.networks[service(file, 'proxy').networks?.[0] ?? ''];
    const trusted = file.named.flatMap(({ environment }) => environment?.['TRUSTED_PROXIES'] ?? []);
    expect(new Set(trusted)).toEqual(new Set(network?.ipam?.config.map(({ subnet }) => subnet)));
  });

  it.each(files)('passes metrics on to nobody: $path', (file) => {
    expect(contentOf(file)).toMatch(/^ *respond \/metrics 404$/m);
  });

  it.each(files)('makes its own certificate unless it is told to get one: $path', (file) => {
    expect(contentOf(file)).toMatch(/^https:\/\/localhost \{\n +tls internal\n/);
    expect(contentOf(file, { PUBLIC_HOST: 'chat.example', PROXY_TLS: '' })).toMatch(
      /^https:\/\/chat\.example \{\n +\n/,
    );
  });
});

it.each(files)('what $path takes from the environment is documented', ({ text }) => {
  const rows = documentText('docs/production.md');
  expect(variablesIn(text).filter((name) => !rows.includes(`| \`${name}\``))).toEqual([]);
});
