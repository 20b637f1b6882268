import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testsByEngine } from './engine-table.mjs';
import { summarize } from './jest-results.mjs';
import { runNode } from './run-stage.mjs';

const JEST_MAX_MS = 30 * 60_000;
const NODE_FLAGS = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];

const parse = (path) => {
  try {
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
  } catch {
    return undefined; // cut off while it was written: counted as no report
  }
};

/** @param {string[]} args further arguments of jest, such as a path to filter by */
export const runJest = (root, args) => {
  console.log(`\n== suites: runs ${args.length === 0 ? 'every test suite' : `the suites of ${args.join(' ')}`} (jest)`);
  const folder = mkdtempSync(join(tmpdir(), 'verbatim-jest-'));
  const reportPath = join(folder, 'report.json');
  try {
    const program = [...NODE_FLAGS, 'node_modules/jest/bin/jest.js'];
    const succeeded = runNode(root, [...program, '--json', `--outputFile=${reportPath}`, ...args], JEST_MAX_MS);
    const selectsByName = args.some((arg) => /^(-t|--testNamePattern)/.test(arg));
    const report = parse(reportPath);
    const summary = { ...summarize(report, selectsByName), engines: testsByEngine(report) };
    // Say, a coverage threshold, or a worker that died after its last test.
    if (succeeded || summary.failed > 0) return summary;
    return { ...summary, failed: 1, notes: [...summary.notes, 'jest failed although no test did'] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
