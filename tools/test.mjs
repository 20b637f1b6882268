/**
 * Everything that must hold before a change is merged, in one run that goes on to its end so that all failures are seen.
 * With arguments (`npm test -- libs/domain`) it runs only the suites that jest selects by them.
 * Engines that suites run against are installed first where the machine can (docs/guides/engines-for-tests.md).
 * The last line is always `Tests: N passed, N failed, N skipped`.
 */
import { fileURLToPath } from 'node:url';
import { installEngines } from './engines/install-engines.mjs';
import { engineTable } from './test-run/engine-table.mjs';
import { presentEngines } from './test-run/present-engines.mjs';
import { runJest } from './test-run/run-jest.mjs';
import { runStage } from './test-run/run-stage.mjs';
import { STAGES } from './test-run/stages.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);

/** An engine that cannot be had is no failure by itself: the suites that need it say so. */
const installWhatIsMissing = async () => {
  const tell = (line) => console.log(`engines: ${line}`);
  await installEngines(tell).catch((error) => tell(error.message));
};

await installWhatIsMissing();
const stages = args.length === 0 ? STAGES : [];
const outcomes = stages.map((stage) => ({ name: stage.name, passed: runStage(root, stage) }));
const suites = runJest(root, args);

const failedStages = outcomes.filter(({ passed }) => !passed);
const engines = await presentEngines();
const isRequired = process.env.REQUIRE_ENGINES === '1' && args.length === 0;
const missing = isRequired ? engines.filter(({ reason, isExternal }) => reason !== undefined && !isExternal) : [];

const passed = suites.passed + outcomes.length - failedStages.length;
const failed = suites.failed + failedStages.length + missing.length;

console.log('');
for (const { name } of failedStages) console.log(`failed: ${name}`);
for (const note of suites.notes) console.log(note);
for (const { name, reason } of missing) console.log(`failed: engine ${name} is required and not there: ${reason}`);
const table = engineTable(engines, suites.engines, args.length === 0);
if (table !== '') console.log(`\n${table}\n`);
process.exitCode = failed === 0 ? 0 : 1;
console.log(`Tests: ${passed} passed, ${failed} failed, ${suites.skipped} skipped`);
