/**
 * Makes a working copy ready to run: installs packages when the lockfile asks for others, then builds what changed.
 * With `--no-build` it only installs: a test run reports the build as one of its checks.
 * Runs before `npm start` and `npm test` on whatever Node is there (18 or later), with nothing installed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isInstalled, markInstalled, markUninstalled } from './installed-packages.mjs';
import { holdSetupLock } from './setup-lock.mjs';

const MIN_NODE = { major: 24, minor: 9 };
const root = fileURLToPath(new URL('..', import.meta.url));

class SetupError extends Error {}

/** npm on npm's own Node, never on node_modules/.bin/node: `npm ci` deletes that one while it works. */
const npmCommand = () =>
  process.env.npm_execpath
    ? [process.env.npm_node_execpath ?? process.execPath, process.env.npm_execpath]
    : [process.platform === 'win32' ? 'npm.cmd' : 'npm'];

/** NODE_ENV=production would make npm leave out the compiler. */
const environment = () => {
  const { NODE_ENV: _, ...rest } = process.env;
  return rest;
};

const run = (title, [command, ...args]) => {
  console.log(`setup: ${title}`);
  const { status, signal, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: environment() });
  if (status === 0) return;
  throw new SetupError(`${title}: failed (${error?.message ?? signal ?? `exit code ${status}`})`);
};

const installPackages = () => {
  if (isInstalled(root)) return;
  markUninstalled(root);
  const flags = ['--ignore-scripts', '--include=dev', '--include=optional', '--loglevel=error'];
  run('installing packages from package-lock.json (about a minute)', [...npmCommand(), 'ci', ...flags]);
  markInstalled(root);
};

const findNode = () => {
  const pinned = `${root}node_modules/.bin/node`;
  const node = existsSync(pinned) ? pinned : process.execPath;
  const version = spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout?.trim() ?? 'unknown';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > MIN_NODE.major || (major === MIN_NODE.major && minor >= MIN_NODE.minor)) return { node, version };
  throw new SetupError(
    `Node ${MIN_NODE.major}.${MIN_NODE.minor} or later is needed, this is ${version}. Install it from nodejs.org.`,
  );
};

const setUp = () => {
  installPackages();
  const { node, version } = findNode();
  if (!process.argv.includes('--no-build')) {
    run('building what changed (tsc -b)', [node, 'node_modules/typescript/bin/tsc', '-b']);
  }
  console.log(`setup: ready (Node ${version})`);
};

let release = () => {};
try {
  release = await holdSetupLock(root, (message) => console.log(`setup: ${message}`));
  setUp();
} catch (error) {
  console.error(`setup: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  release();
}
