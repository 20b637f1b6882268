import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { identityConfig } from '@verbatim/identity';
import { createLogger } from '@verbatim/platform';
import { rateLimitConfig } from '@verbatim/rate-limit';
import { type DataFolder, makeDataFolder } from '@verbatim/testing/scenario';
import { type Engines, openEngines } from '../engines.js';
import { standaloneConfig } from '../standalone.config.js';
import { importAccounts } from './import-command.js';

const passwordHash =
  '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$x7dFfF3xY0oJbJvB1p0rE1g0o1mYb0c5y2a9m8s1dZQ';
const lines = (...records: object[]): Readable => Readable.from(records.map((record) => `${JSON.stringify(record)}\n`));
const person = (userName: string): object => ({ userName, passwordHash });

let folder: DataFolder;
let engines: Engines;
let printed: string[];

beforeEach(async () => {
  folder = makeDataFolder('accounts');
  printed = [];
  engines = await openEngines({
    kafka: null,
    config: standaloneConfig({ DATA_DIR: folder.path, EVENT_STORE_URL: 'memory:', STATE_URL: 'memory:' }),
    identityConfig: identityConfig({}, folder.path),
    limits: rateLimitConfig({}).limits,
    logger: createLogger({ name: 'spec', level: 'silent' }),
    onFatal: (error) => {
      throw error;
    },
  });
});
afterEach(async () => {
  await engines.close();
  folder.remove();
});

const run = (input: Readable, tokensFile: string | null = null): Promise<boolean> =>
  importAccounts(engines.identity, { input, tokensFile, print: (line) => printed.push(line) });

describe('importing accounts', () => {
  it('makes each account that is not there, and tells how many were', async () => {
    expect(await run(lines(person('ada'), person('bob')))).toBe(true);
    expect(await run(lines(person('bob'), person('cleo')))).toBe(true);
    expect(printed).toEqual(['accounts: 2 imported, 0 existed', 'accounts: 1 imported, 1 existed']);
    expect(await engines.identity.accountNamed('cleo')).toMatchObject({ userName: 'cleo' });
  });

  it('names who was refused and why, and goes on with the others', async () => {
    expect(await run(lines(person('x y'), { userName: 'ada', passwordHash: 'plain' }, person('bob')))).toBe(false);
    expect(printed).toEqual([
      'accounts: "x y" is refused: user-name-invalid',
      'accounts: "ada" is refused: password-invalid',
      'accounts: 1 imported, 0 existed',
    ]);
  });

  it('writes sessions that are good, into a file for its owner alone', async () => {
    const file = join(folder.path, 'tokens.jsonl');
    await writeFile(file, 'of an earlier run', { mode: 0o644 });
    await run(lines(person('ada')), file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const session = JSON.parse(await readFile(file, 'utf8')) as { userName: string; accessToken: string };
    const { actor } = await engines.identity.authenticate(session.accessToken);
    expect([session.userName, actor.role]).toEqual(['ada', 'user']);
  });

  it('stops at a line that is none', async () => {
    const input = Readable.from([`${JSON.stringify(person('ada'))}\n`, 'no JSON\n']);
    await expect(run(input)).rejects.toThrow('line 2: not a JSON object');
  });

  it('tells where the sessions cannot be written', async () => {
    await expect(run(lines(person('ada')), join(folder.path, 'missing', 'tokens'))).rejects.toThrow(/ENOENT/);
  });
});
