/**
 * Everything that must hold before a change is merged, in one run that goes on to its end so that all failures are seen.
 * With arguments (`npm test -- libs/domain`) it runs only the suites that jest selects by them.
 * The last line is always `Tests: N passed, N failed, N skipped`.
 */
import { fileURLToPath } from 'node:url';
import { runJest } from './test-run/run-jest.mjs';
import { runStage } from './test-run/run-stage.mjs';
import { STAGES } from './test-run/stages.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);

const stages = args.length === 0 ? STAGES : [];
const outcomes = stages.map((stage) => ({ name: stage.name, passed: runStage(root, stage) }));
const suites = runJest(root, args);

const failedStages = outcomes.filter(({ passed }) => !passed);
const passed = suites.passed + outcomes.length - failedStages.length;
const failed = suites.failed + failedStages.length;

console.log('');
for (const { name } of failedStages) console.log(`failed: ${name}`);
for (const note of suites.notes) console.log(note);
process.exitCode = failed === 0 ? 0 : 1;
console.log(`Tests: ${passed} passed, ${failed} failed, ${suites.skipped} skipped`);
