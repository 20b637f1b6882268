import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { launchEventStoreServer, type EventStoreServerProcess } from '@verbatim/testing/event-store-server';
import { makeDataFolder } from '@verbatim/testing/scenario';
import { OperatorError } from '@verbatim/platform';
import { aConversation, messages } from '../event-store.fixtures.js';
import { openLog } from './event-store-db.fixtures.js';

const folder = makeDataFolder('eventstoredb-start');
const servers: EventStoreServerProcess[] = [];
const serverWith = async (name: string, ...args: string[]): Promise<EventStoreServerProcess> => {
  const server = await launchEventStoreServer({ directory: join(folder.path, name), args });
  servers.push(server);
  return server;
};
afterAll(async () => {
  await Promise.all(servers.map((server) => server.kill()));
  folder.remove();
});

const refusalOf = async (url: string): Promise<OperatorError> => {
  const error: unknown = await openLog(url).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(OperatorError);
  return error as OperatorError;
};

describe('opening an event store that cannot be used', () => {
  it.each([
    ['nobody listens', 'esdb://ada:lovelace@127.0.0.1:1?tls=false', /127\.0\.0\.1:1 cannot be reached/],
    ['a cluster is not there', 'esdb+discover://127.0.0.1:1?tls=false&maxDiscoverAttempts=2', /cannot be reached/],
    ['the host is missing', 'esdb://?tls=false', /has no host/],
    ['an option would hide conflicts', 'esdb://127.0.0.1:1?throwOnAppendFailure=false', /may not have the option/],
    ['the stream prefix is none', 'esdb://127.0.0.1:1?streamPrefix=conversation', /streamPrefix/],
    ['an option is not one', 'esdb://ada:lovelace@127.0.0.1:1?tls=lovelace', /cannot be used/],
  ])('is refused with one line that names the variable, where %s', async (_, url, words) => {
    const { message } = await refusalOf(url);
    expect(message).toMatch(/^EVENT_STORE_URL[^\n]*$/);
    expect(message).toMatch(words);
    expect(message).not.toContain('lovelace');
  });

  it.each(['21.10.9', '22.6.0', '5.0.11'])('is refused where the server has version %s', async (version) => {
    const server = await serverWith(`version-${version}`, '--server-version', version);
    expect((await refusalOf(server.url)).message).toBe(
      `EVENT_STORE_URL: the event store at esdb://127.0.0.1:${server.port} has version ${version}; 22.10 or later is required`,
    );
  });

  it.each(['22.10.0', '23.10.1.0', '24.10.0-preview1'])('succeeds where the server has version %s', async (version) => {
    const server = await serverWith(`version-${version}`, '--server-version', version);
    const store = await openLog(server.url);
    expect(store.identity.epoch).toBe(1);
    await store.close();
  });

  it('is refused in bounded time where the server hangs', async () => {
    const server = await serverWith('hanging');
    server.pause();
    const { message } = await refusalOf(server.url);
    server.resume();
    expect(message).toContain('cannot be reached');
  });

  it('is refused where the server wants credentials and none can be sent without TLS', async () => {
    const server = await serverWith('credentials', '--user', 'admin:changeit');
    const { message } = await refusalOf(server.url);
    expect(message).toContain('refuses the credentials');
  });
});

describe('opening one log from several processes at once', () => {
  it('gives it one identity', async () => {
    const server = await serverWith('racing');
    const stores = await Promise.all(Array.from({ length: 5 }, () => openLog(server.url)));
    expect(new Set(stores.map(({ identity }) => identity.logId)).size).toBe(1);
    await Promise.all(stores.map((store) => store.close()));
  });
});

describe('a cluster that is discovered by gossip', () => {
  it('is written to and read from', async () => {
    const server = await serverWith('gossip');
    const store = await openLog(`esdb+discover://127.0.0.1:${server.port}?tls=false`);
    const outcome = await store.append(aConversation(), 'no-stream', messages(1));
    await store.close();
    expect(outcome).toMatchObject({ outcome: 'appended', lastRevision: 0 });
  });
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const describeWithOpenssl = hasOpenssl ? describe : describe.skip;

describeWithOpenssl(`a server with TLS and a user${hasOpenssl ? '' : ' (needs openssl)'}`, () => {
  const [certificate, key] = [join(folder.path, 'certificate.pem'), join(folder.path, 'key.pem')];
  let server: EventStoreServerProcess;
  beforeAll(async () => {
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const files = ['-keyout', key, '-out', certificate, '-days', '2', ...subject];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files], { stdio: 'ignore' });
    server = await serverWith('tls', '--tls-certificate', certificate, '--tls-key', key, '--user', 'admin:changeit');
  });

  it('is written to with its authority and the right password', async () => {
    const store = await openLog(`esdb://admin:changeit@127.0.0.1:${server.port}?tls=true&tlsCAFile=${certificate}`);
    const outcome = await store.append(aConversation(), 'no-stream', messages(1));
    await store.close();
    expect(outcome).toMatchObject({ outcome: 'appended' });
  });

  it.each([
    ['with another password', (url: string) => url.replace('changeit', 'guessed'), /refuses the credentials/],
    ['without credentials', (url: string) => url.replace('admin:changeit@', ''), /refuses the credentials/],
    ['without its authority', (url: string) => url.replace(/&tlsCAFile.*/, ''), /over TLS|cannot be reached/],
    ['without TLS', (url: string) => url.replace(/tls=true.*/, 'tls=false'), /over TLS|cannot be reached/],
  ])('refuses %s in one line that says what to do', async (_, change, words) => {
    const right = `esdb://admin:changeit@127.0.0.1:${server.port}?tls=true&tlsCAFile=${certificate}`;
    const { message } = await refusalOf(change(right));
    expect(message).toMatch(/^EVENT_STORE_URL[^\n]*$/);
    expect(message).toMatch(words);
    expect(message).not.toMatch(/changeit|guessed/);
  });
});
