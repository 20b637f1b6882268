/** `npm run test:bad-inputs`: the suites of bad input, those that wait for a minute among them. The rest is part of `npm test`. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const RUN_MAX_MS = 20 * 60_000;
const root = fileURLToPath(new URL('../..', import.meta.url));
const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
const { status, error } = spawnSync(
  process.execPath,
  [...flags, 'node_modules/jest/bin/jest.js', 'test/bad-inputs', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit', env: { BAD_INPUTS: 'all', ...process.env }, timeout: RUN_MAX_MS },
);
if (error !== undefined) console.error(error.message);
process.exitCode = status ?? 1;
