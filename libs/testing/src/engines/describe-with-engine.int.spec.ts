import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Folder, makeFolder } from './engines.fixtures.js';
import { fileOfCopy } from './installation.js';

const RUN_MAX_MS = 60_000;
const FIXTURE = 'describe-with-engine.fixtures.ts';

type Report = {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
};

let folder: Folder;
beforeEach(() => {
  folder = makeFolder();
  mkdirSync(join(folder.path, 'bin'));
});
afterEach(() => folder.remove());

/** The fixture's suite where nothing is on PATH and nothing is installed. */
const runBare = async (env: Readonly<Record<string, string>> = {}) => {
  const reportPath = join(folder.path, 'report.json');
  const args = [
    ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'],
    ...['--testMatch', `**/engines/${FIXTURE}`, '--json', '--outputFile', reportPath],
  ];
  await new Promise((resolve) => {
    const bare = { PATH: join(folder.path, 'bin'), HOME: folder.path, XDG_CACHE_HOME: folder.path, ...env };
    execFile(process.execPath, args, { cwd: fileOfCopy('.'), env: bare, timeout: RUN_MAX_MS }, resolve);
  });
  const { testResults } = JSON.parse(readFileSync(reportPath, 'utf8')) as Report;
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  return {
    tests: tests.map(({ fullName, status }) => `${status}: ${fullName}`),
    message: testResults.map(({ message }) => message).join('\n'),
  };
};

describe('a suite on engines that are not there', () => {
  it(
    'is skipped under a title that says what it needs',
    async () => {
      const { tests } = await runBare();
      const hint = 'not installed: npm run engines -- install';
      expect(tests).toEqual([
        'pending: on kafka (needs kafka: java is not on PATH) starts',
        `pending: on redis, ferretdb (needs redis: ${hint}, ferretdb: ${hint}) has both`,
        'pending: on a real EventStoreDB (needs TEST_EVENT_STORE_URL is not set) has its URL',
      ]);
    },
    RUN_MAX_MS,
  );

  it(
    'fails where engines are required, but for the servers that somebody runs elsewhere',
    async () => {
      const { tests, message } = await runBare({ REQUIRE_ENGINES: '1' });
      expect(tests).toEqual([
        'failed: on kafka is required to be there',
        'failed: on redis, ferretdb is required to be there',
        'pending: on a real EventStoreDB (needs TEST_EVENT_STORE_URL is not set) has its URL',
      ]);
      expect(message).toContain('REQUIRE_ENGINES is 1, and there is no kafka: java is not on PATH');
    },
    RUN_MAX_MS,
  );

  it(
    'runs on a server elsewhere when its variable is set',
    async () => {
      const { tests } = await runBare({ TEST_EVENT_STORE_URL: 'esdb://elsewhere:2113' });
      expect(tests.at(-1)).toBe('passed: on a real EventStoreDB has its URL');
    },
    RUN_MAX_MS,
  );
});
