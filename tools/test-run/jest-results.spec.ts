import { summarize } from './jest-results.mjs';

const suite = (status: string, ...tests: readonly (readonly [status: string, fullName: string])[]) => ({
  name: 'a.spec.ts',
  status,
  assertionResults: tests.map(([testStatus, fullName]) => ({ status: testStatus, fullName })),
});

describe('summing up a report of jest', () => {
  it('counts what passed and what failed', () => {
    const report = {
      testResults: [suite('failed', ['passed', 'a'], ['failed', 'b']), suite('passed', ['passed', 'c'])],
    };
    expect(summarize(report)).toEqual({ passed: 2, failed: 1, skipped: 0, notes: [] });
  });

  it('counts a suite that could not be loaded as one failure and names it', () => {
    const summary = summarize({ testResults: [suite('failed')] });
    expect(summary).toMatchObject({ passed: 0, failed: 1 });
    expect(summary.notes).toEqual(['failed before its tests could be counted: a.spec.ts']);
  });

  it('names each skipped test, whose title says what it needs', () => {
    const summary = summarize({ testResults: [suite('passed', ['pending', 'a power cut (needs strace)'])] });
    expect(summary).toEqual({ passed: 0, failed: 0, skipped: 1, notes: ['skipped: a power cut (needs strace)'] });
  });

  it.each(['pending', 'todo', 'disabled'])('counts a test left out without a reason as failed (%s)', (status) => {
    const summary = summarize({ testResults: [suite('passed', [status, 'later'])] });
    expect(summary).toMatchObject({ failed: 1, skipped: 0 });
    expect(summary.notes).toEqual(['left out without a reason, counted as failed: later']);
  });

  it('does not ask for reasons when tests were selected by name', () => {
    const report = { testResults: [suite('passed', ['passed', 'this'], ['pending', 'that'])] };
    expect(summarize(report, true)).toMatchObject({ passed: 1, failed: 0, skipped: 1, notes: [] });
  });

  it('counts a run without a report as one failure', () => {
    expect(summarize(undefined)).toMatchObject({ passed: 0, failed: 1 });
  });
});
