import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const STAGE_MAX_MS = 10 * 60_000;

/** NODE_ENV of the caller must not reach the tests: jest sets its own only where there is none. */
const environment = () => {
  const { NODE_ENV: _, ...rest } = process.env;
  return rest;
};

/** @returns {boolean} whether the program ended in time with exit code 0; its output goes to the terminal */
export const runNode = (root, args, maxMs = STAGE_MAX_MS) => {
  const { status, error, signal } = spawnSync(process.execPath, args, {
    cwd: root,
    env: environment(),
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: maxMs,
    killSignal: 'SIGKILL',
  });
  if (error !== undefined) console.log(`${args[0]}: ${error.message}`);
  else if (signal !== null) console.log(`${args[0]}: ended by ${signal}`);
  return status === 0;
};

/** Names of folders that do not exist yet are left out, so that a command can list all that may. */
const withExistingFolders = (root, args) => args.filter((arg) => !/^[a-z]+$/.test(arg) || existsSync(`${root}/${arg}`));

/** Runs each command of the stage, the later ones also after a failure. @returns {boolean} whether all succeeded */
export const runStage = (root, { name, does, commands, fix }) => {
  console.log(`\n== ${name}: ${does}`);
  const startedAtMs = performance.now();
  const succeeded = commands.map((command) => runNode(root, withExistingFolders(root, command)));
  const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
  const passed = succeeded.every(Boolean);
  console.log(
    passed ? `${name}: passed (${seconds} s)` : `${name}: FAILED (${seconds} s); to see or repair it: ${fix}`,
  );
  return passed;
};
