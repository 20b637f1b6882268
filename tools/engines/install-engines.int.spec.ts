import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RUN_MAX_MS = 30_000;
const INSTALLER = fileURLToPath(new URL('install-engines.mjs', import.meta.url));
const RUN = `
  import { installEngines } from ${JSON.stringify(INSTALLER)};
  const lines = [];
  const outcomes = await installEngines((line) => lines.push(line));
  console.log(JSON.stringify({ lines, outcomes }));`;

type Installation = {
  readonly lines: readonly string[];
  readonly outcomes: readonly { readonly name: string; readonly state: string; readonly reason?: string }[];
};

let folder = '';
let cache = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'verbatim-install-'));
  cache = join(folder, 'verbatim', 'engines');
  mkdirSync(join(folder, 'bin'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program on PATH, which has no other. @param script lines of sh, without any program either */
const program = (name: string, script: string): void =>
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\necho "$*" >> '${folder}/calls'\n${script}\n`, { mode: 0o755 });

/** What `go install` and `go build -o` leave behind. */
const BUILDS = `
  if [ "$1" = install ]; then echo program > "$GOBIN/server"; exit; fi
  while [ $# -gt 0 ]; do if [ "$1" = -o ]; then echo program > "$2"; fi; shift; done`;
const FAILS = 'echo "go: downloading"; echo "dial tcp: no route to host (error)" >&2; exit 1';
const KILLS_THE_INSTALLER = 'kill -9 $PPID';

const calls = (): number =>
  existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n').length : 0;

const run = (): Promise<string> =>
  new Promise((resolve) => {
    const env = { PATH: join(folder, 'bin'), HOME: folder, XDG_CACHE_HOME: folder };
    const args = ['--input-type=module', '-e', RUN];
    execFile(process.execPath, args, { env, timeout: RUN_MAX_MS }, (_, stdout) => resolve(stdout));
  });

const install = async (): Promise<Installation> => JSON.parse(await run()) as Installation;

const stateOf = ({ outcomes }: Installation, name: string) => outcomes.find((outcome) => outcome.name === name);

/** What is there of the engines that Go builds. */
const engineFiles = (): readonly string[] =>
  readdirSync(cache)
    .filter((file) => !/^(kafka|mongo|redis)/.test(file))
    .toSorted();

describe('installing engines', () => {
  it('names the tools that a bare machine lacks, and keeps that for the titles of skipped suites', async () => {
    const { lines, outcomes } = await install();
    expect(Object.fromEntries(outcomes.map(({ name, reason }) => [name, reason]))).toEqual({
      redis: 'apt-get and dpkg not on PATH',
      kafka: 'java and mvn not on PATH',
      'mongo-java-server': 'java and javac and mvn not on PATH',
      toxiproxy: 'go not on PATH',
      ferretdb: 'go not on PATH',
    });
    expect(lines).toContain('ferretdb 1.24.2: left out, go not on PATH');
    expect(readFileSync(join(cache, 'ferretdb-1.24.2.failed'), 'utf8')).toBe('go not on PATH');
    expect(readdirSync(cache).every((file) => file.endsWith('.failed'))).toBe(true);
  });

  it('installs what it can, once', async () => {
    program('go', BUILDS);
    const first = await install();
    expect(stateOf(first, 'ferretdb')).toEqual({ name: 'ferretdb', state: 'installed' });
    expect(stateOf(first, 'toxiproxy')).toMatchObject({ state: 'installed' });
    expect(engineFiles()).toEqual(['ferretdb-1.24.2', 'toxiproxy-2.5.0']);
    expect(existsSync(join(cache, 'toxiproxy-2.5.0', 'bin', 'server'))).toBe(true);
    expect(stateOf(await install(), 'ferretdb')).toMatchObject({ state: 'there' });
    expect(calls()).toBe(2);
  });

  it('keeps why a tool failed beside the place of the engine, until it succeeds', async () => {
    program('go', FAILS);
    const reason = 'go build ended with exit code 1: dial tcp: no route to host (error)';
    expect(stateOf(await install(), 'ferretdb')).toEqual({ name: 'ferretdb', state: 'failed', reason });
    expect(readFileSync(join(cache, 'ferretdb-1.24.2.failed'), 'utf8')).toBe(reason);
    program('go', BUILDS);
    await install();
    expect(engineFiles()).toEqual(['ferretdb-1.24.2', 'toxiproxy-2.5.0']);
  });

  it('builds each engine once when two begin together', async () => {
    program('go', BUILDS);
    const both = await Promise.all([install(), install()]);
    expect(both.map((each) => stateOf(each, 'ferretdb')?.state ?? 'none').toSorted()).toEqual(['installed', 'there']);
    expect(calls()).toBe(2);
  });

  it('is made good by the next one when it was killed in the middle', async () => {
    program('go', KILLS_THE_INSTALLER);
    expect(await run()).toBe('');
    expect(existsSync(join(cache, 'toxiproxy-2.5.0'))).toBe(false);
    program('go', BUILDS);
    expect(stateOf(await install(), 'toxiproxy')).toMatchObject({ state: 'installed' });
    expect(engineFiles()).toEqual(['ferretdb-1.24.2', 'toxiproxy-2.5.0']);
  });

  it('builds again what was built from another recipe', async () => {
    program('go', BUILDS);
    await install();
    writeFileSync(join(cache, 'ferretdb-1.24.2', 'installed.json'), '{"digest":"of another recipe"}');
    expect(stateOf(await install(), 'ferretdb')).toMatchObject({ state: 'installed' });
    expect(calls()).toBe(3);
  });

  it('takes a redis-server of the machine that is new enough', async () => {
    program('redis-server', 'echo "Redis server v=7.2.4 sha=00000000:0"');
    expect(stateOf(await install(), 'redis')).toMatchObject({ state: 'there' });
    program('redis-server', 'echo "Redis server v=6.0.16 sha=00000000:0"');
    expect(stateOf(await install(), 'redis')).toMatchObject({ state: 'failed' });
  });
});
