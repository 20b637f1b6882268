/**
 * The long forms of the crash suites: `npm run test:crash` and `npm run test:power-cut`. The short forms are part of `npm test`.
 * CRASH_RESTARTS, POWER_CUTS (four states each) and CRASH_SEED change how long and which.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const RUN_MAX_MS = 60 * 60_000;
const CAMPAIGNS = {
  crash: { specs: ['test/crash/crash.e2e.spec.ts'], env: { CRASH_RESTARTS: '200' } },
  'power-cut': {
    specs: ['test/crash/power-cut.e2e.spec.ts', 'test/crash/faults.e2e.spec.ts'],
    env: { POWER_CUTS: '50' },
  },
};

const campaign = CAMPAIGNS[process.argv[2]];
if (campaign === undefined) {
  console.error(`usage: node test/crash/run.mjs ${Object.keys(CAMPAIGNS).join('|')}`);
  process.exit(2);
}
const root = fileURLToPath(new URL('../..', import.meta.url));
const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
const { status, error } = spawnSync(
  process.execPath,
  [...flags, 'node_modules/jest/bin/jest.js', '--runInBand', '--runTestsByPath', ...campaign.specs],
  { cwd: root, stdio: 'inherit', env: { ...campaign.env, ...process.env }, timeout: RUN_MAX_MS },
);
if (error !== undefined) console.error(error.message);
process.exitCode = status ?? 1;
