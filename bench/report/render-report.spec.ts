import { verdictsOf, type Bound, type Figure } from './figure.js';
import { numberText, renderReport } from './render-report.js';
import type { Report } from './report.js';

const delivered: Figure = {
  name: 'k=10: delivered',
  unit: '/s',
  value: 20_000,
  baseline: { name: 'bare ws', value: 60_000 },
  bounds: [
    { target: 'T1', of: 'ratio', limit: 'at-least', must: 0.2, aim: 0.4 },
    { target: 'T1', of: 'value', limit: 'at-least', must: 25_000 },
  ],
};

const report: Report = {
  circumstances: {
    node: '24.21.0',
    cpuModel: 'A processor',
    cpuCount: 2,
    memoryGib: 24,
    loadAverage: 0.1,
    arePinned: true,
    engines: [],
    plan: 'default',
    raisedLimits: { RATE_LIMIT_SCALE: '100000' },
    startedAt: '2026-01-01T10:00:00.000Z',
    durationSeconds: 240.4,
  },
  sections: [
    {
      title: 'W1 one-to-one',
      figures: [delivered, { name: 'memory', unit: 'MiB', value: 123.456 }],
      notes: ['a note'],
    },
  ],
  skipped: [],
  faults: [],
};

const linesOf = (text: string): readonly string[] =>
  text.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | ').trim());

describe('rendering a report', () => {
  it('puts value, baseline, ratio and verdicts of a figure in one row', () => {
    expect(linesOf(renderReport(report))).toContain(
      '| T1 | k=10: delivered | 20,000 /s | 60,000 /s (bare ws) | 0.333× | ≥ 0.2× | met | ≥ 0.4× | not met',
    );
  });

  it('gives every further bound of a figure a row of its own', () => {
    expect(linesOf(renderReport(report))).toContain('| T1 | ≥ 25,000 /s | NOT MET');
  });

  it('prints a figure without a target too', () => {
    expect(linesOf(renderReport(report))).toContain('| memory | 123 MiB');
  });

  it('says how the figures were taken', () => {
    const text = renderReport(report);
    expect(text).toContain('default plan, 240 s');
    expect(text).toContain('server on core 0, load on core 1');
    expect(text).toContain('limits raised for the load: RATE_LIMIT_SCALE=100000');
  });

  it('warns when other programs were running', () => {
    const busy = { ...report, circumstances: { ...report.circumstances, loadAverage: 2 } };
    expect(renderReport(busy)).toContain('load average 2 before the start: NOT QUIET');
    expect(renderReport(report)).not.toContain('NOT QUIET');
  });

  it('lines the columns up', () => {
    const rows = renderReport(report).split('\n');
    const header = rows.find((row) => row.includes('target')) ?? '';
    const row = rows.find((line) => line.includes('k=10')) ?? '';
    expect(row.indexOf('20,000')).toBe(header.indexOf('value'));
    expect(row.indexOf('0.333×')).toBe(header.indexOf('ratio'));
  });

  it('names what was skipped and what was lost, and neither when there is nothing', () => {
    const text = renderReport({
      ...report,
      skipped: ['t10: strace is not installed'],
      faults: ['W1: 3 lost of 10 sent'],
    });
    expect(text).toContain('Skipped\n  t10: strace is not installed');
    expect(text).toMatch(/FAULTS.*\n {2}W1: 3 lost of 10 sent/);
    expect(renderReport(report)).not.toMatch(/Skipped|FAULTS/);
  });
});

describe('writing a number', () => {
  it.each([
    [0, '0'],
    [0.012_345, '0.0123'],
    [1.5, '1.5'],
    [999.4, '999'],
    [1_000, '1,000'],
    [1_234_567.8, '1,234,568'],
    [Number.NaN, '–'],
    [Infinity, '–'],
  ])('%p is %p', (value, text) => {
    expect(numberText(value)).toBe(text);
  });
});

describe('judging a figure', () => {
  const bound = (changes: Partial<Bound>): Bound => ({
    target: 'T1',
    of: 'value',
    limit: 'at-least',
    must: 10,
    ...changes,
  });
  const figure = (value: number): Figure => ({ name: 'a figure', unit: '', value });

  it('meets a bound that it touches', () => {
    expect(verdictsOf(figure(10), bound({ aim: 10 }))).toEqual({ must: 'met', aim: 'met' });
    expect(verdictsOf(figure(10), bound({ limit: 'at-most' })).must).toBe('met');
  });

  it('misses a bound that it stays behind', () => {
    expect(verdictsOf(figure(9.99), bound({})).must).toBe('missed');
    expect(verdictsOf(figure(10.01), bound({ limit: 'at-most' })).must).toBe('missed');
  });

  it('leaves open what the target does not name', () => {
    expect(verdictsOf(figure(10), bound({})).aim).toBe('open');
  });

  it('has not met anything when it could not be taken', () => {
    expect(verdictsOf(figure(Number.NaN), bound({})).must).toBe('missed');
    expect(verdictsOf(figure(20), bound({ of: 'ratio' })).must).toBe('missed');
  });
});
