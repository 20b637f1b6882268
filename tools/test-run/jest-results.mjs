/** Reads jest's own JSON report. */

/** A test may be left out only for something its machine lacks, and its name says what. */
const REASON = /\(needs [^)]+\)/;

/**
 * @param report what jest writes with `--json`, or undefined if it ended without one
 * @param {boolean} selectsByName whether the caller asked for some tests by name; the others are then left out without a reason
 */
export const summarize = (report, selectsByName = false) => {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0, notes: ['jest ended without a report'] };
  const suites = report.testResults ?? [];
  const tests = suites.flatMap((suite) => suite.assertionResults ?? []);
  const leftOut = tests
    .filter(({ status }) => status !== 'passed' && status !== 'failed')
    .map(({ fullName }) => fullName);
  const withoutReason = selectsByName ? [] : leftOut.filter((name) => !REASON.test(name));
  const brokenSuites = suites.filter(
    ({ status, assertionResults = [] }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: tests.filter(({ status }) => status === 'failed').length + brokenSuites.length + withoutReason.length,
    skipped: leftOut.length - withoutReason.length,
    notes: [
      ...brokenSuites.map(({ name }) => `failed before its tests could be counted: ${name}`),
      ...leftOut.filter((name) => REASON.test(name)).map((name) => `skipped: ${name}`),
      ...withoutReason.map((name) => `left out without a reason, counted as failed: ${name}`),
    ],
  };
};
