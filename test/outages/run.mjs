/**
 * The long form of the outages: `npm run test:outages`, 30 s each, and the table of docs/outages.md. The short form is part of
 * `npm test`. OUTAGE_LASTS_MS, OUTAGE_ONLY (a regular expression of names) and OUTAGE_SEED change how long, which, and who does what.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const RUN_MAX_MS = 60 * 60_000;

const root = fileURLToPath(new URL('../..', import.meta.url));
const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
const specs = ['test/outages/outages.e2e.spec.ts'];
const { status, error } = spawnSync(
  process.execPath,
  [...flags, 'node_modules/jest/bin/jest.js', '--runInBand', '--runTestsByPath', ...specs],
  {
    cwd: root,
    stdio: 'inherit',
    env: { OUTAGE_LASTS_MS: '30000', ...process.env },
    timeout: RUN_MAX_MS,
  },
);
if (error !== undefined) console.error(error.message);
process.exitCode = status ?? 1;
