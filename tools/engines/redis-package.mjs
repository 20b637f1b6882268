/**
 * Redis from the distribution's own packages, without root: apt-get works on lists and archives of its own below the
 * target folder and only downloads; `dpkg -x` unpacks. What the machine has already is not fetched again.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { onPath, runTool } from './run-tool.mjs';

const VERSION = /v=(\d+)\.(\d+)\.(\d+)/;
const MIN_MAJOR = 7;
const SERVER_MAX_SECONDS = 20;
const PACKAGES = ['redis-server', 'redis-tools']; // the server is a link to a program of redis-tools

/** Hooks that tidy the machine's own archives would fail for anyone but root. */
const SETTINGS = '#clear APT::Update::Post-Invoke;\n#clear APT::Update::Post-Invoke-Success;\n';

const versionOf = (file, env) => {
  const { stdout } = spawnSync(file, ['--version'], { encoding: 'utf8', env: { ...process.env, ...env } });
  const [, major, minor, patch] = VERSION.exec(stdout ?? '') ?? [];
  return major === undefined ? undefined : { major: Number(major), text: `${major}.${minor}.${patch}` };
};

/** @returns {string | undefined} the version of the machine's own server, when there is one that is new enough */
export const ownRedisVersion = () => {
  const file = onPath('redis-server');
  const version = file && versionOf(file);
  return version && version.major >= MIN_MAJOR ? version.text : undefined;
};

const aptOptions = (state) => [
  ...['-c', join(state, 'apt.conf'), '-q'],
  ...['-o', `Dir::State=${state}`, '-o', `Dir::State::lists=${join(state, 'lists')}`],
  ...['-o', `Dir::Cache=${join(state, 'cache')}`, '-o', 'Dir::State::status=/var/lib/dpkg/status'],
  ...['-o', 'APT::Sandbox::User=', '-o', 'Debug::NoLocking=1'],
  ...['-o', `Acquire::http::Timeout=${SERVER_MAX_SECONDS}`, '-o', 'Acquire::Retries=1'],
];

const download = async (state) => {
  for (const folder of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(state, folder), { recursive: true });
  writeFileSync(join(state, 'apt.conf'), SETTINGS);
  const update = await runTool(['apt-get', ...aptOptions(state), 'update']).catch((error) => error);
  const install = ['install', '--yes', '--no-install-recommends', '--download-only', '--reinstall', ...PACKAGES];
  await runTool(['apt-get', ...aptOptions(state), ...install]).catch((error) => {
    throw update instanceof Error ? update : error; // without lists nothing is found: the first failure says why
  });
  const archives = join(state, 'cache', 'archives');
  return readdirSync(archives)
    .filter((file) => file.endsWith('.deb'))
    .map((file) => join(archives, file));
};

/** Folders that hold shared libraries, one below the other, relative to `folder`. */
const libraryFolders = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => /\.so(\.|$)/.test(entry.name))
    .map((entry) => relative(folder, entry.parentPath))
    .filter((each, index, all) => all.indexOf(each) === index);

export const installRedis = async (folder) => {
  const state = join(folder, 'apt');
  const root = join(folder, 'root');
  for (const archive of await download(state)) await runTool(['dpkg', '-x', archive, root]);
  rmSync(state, { recursive: true, force: true });
  const program = join(root, 'usr', 'bin', 'redis-server');
  const libraries = libraryFolders(folder);
  const searched = libraries.map((each) => join(folder, each)).join(':');
  const version = existsSync(program) ? versionOf(program, { LD_LIBRARY_PATH: searched }) : undefined;
  if (version === undefined) throw new Error('the packages of redis-server hold no server that runs on this machine');
  if (version.major < MIN_MAJOR)
    throw new Error(`this distribution has Redis ${version.text}; ${MIN_MAJOR}.0 is needed`);
  return { version: version.text, libraries };
};
