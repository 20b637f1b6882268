import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { engine } from './engine.js';
import { externalEngine } from './external-engine.js';
import { type Folder, makeFolder, withEnvironment } from './engines.fixtures.js';

let folder: Folder;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.remove());

const cached = (file: string, text: string): void => {
  const path = join(folder.path, 'verbatim', 'engines', file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

/** A program on PATH that says one thing. */
const program = (name: string, says: string): void =>
  writeFileSync(join(folder.path, name), `#!/bin/sh\necho '${says}'\n`, { mode: 0o755 });

const look = (name: Parameters<typeof engine>[0]) =>
  withEnvironment({ PATH: folder.path, XDG_CACHE_HOME: folder.path }, () => engine(name));

describe('looking for an engine', () => {
  it.each(['kafka', 'mongo-java-server'] as const)('misses Java for %s, also when it is installed', (name) => {
    cached(`${name === 'kafka' ? 'kafka-4.1.0' : 'mongo-java-server-1.47.0'}/installed.json`, '{"version":"1"}');
    expect(look(name)).toEqual({ available: false, reason: 'java is not on PATH' });
    program('java', 'openjdk');
    expect(look(name)).toMatchObject({ available: true });
  });

  it.each(['redis', 'ferretdb', 'toxiproxy'] as const)('says how %s is installed', (name) => {
    expect(look(name)).toEqual({ available: false, reason: 'not installed: npm run engines -- install' });
  });

  it('says why its installation failed', () => {
    cached('ferretdb-1.24.2.failed', 'go build ended with exit code 1: no network\nmore');
    const reason = 'not installed: go build ended with exit code 1: no network';
    expect(look('ferretdb')).toEqual({ available: false, reason });
  });

  it('takes the redis-server of the machine when it is new enough', () => {
    program('redis-server', 'Redis server v=6.2.14 sha=00000000:0');
    expect(look('redis')).toMatchObject({ available: false });
    program('redis-server', 'Redis server v=7.0.0 sha=00000000:0');
    expect(look('redis')).toMatchObject({ available: true, version: '7.0.0' });
  });
});

describe('a server that somebody runs elsewhere', () => {
  it.each([
    ['event-store', 'TEST_EVENT_STORE_URL'],
    ['read-model', 'TEST_READ_MODEL_URL'],
  ] as const)('is named by its variable (%s)', (name, variable) => {
    const at = (value: string | undefined) => withEnvironment({ [variable]: value }, () => externalEngine(name));
    expect(at(undefined)).toEqual({ available: false, url: null, reason: `${variable} is not set` });
    expect(at(' ')).toMatchObject({ available: false });
    expect(at('scheme://host:1')).toEqual({ available: true, url: 'scheme://host:1' });
  });
});
