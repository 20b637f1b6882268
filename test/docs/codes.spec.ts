import { closeCodes, detailCodes, errorCodes, resetReasons, type ErrorCode } from '@verbatim/protocol';
import { documentText, plain, tableRows } from './documents.fixtures.js';

const errors = documentText('docs/reference/errors.md');
const closes = documentText('docs/protocol/close-codes.md');

const cells = (text: string, head: string, count: number): readonly (readonly string[])[] =>
  tableRows(text, head)
    .map((row) => row.slice(0, count).map(plain))
    .toSorted((one, other) => (one.join() < other.join() ? -1 : 1));

const sorted = (rows: readonly (readonly unknown[])[]): readonly (readonly string[])[] =>
  rows.map((row) => row.map(String)).toSorted((one, other) => (one.join() < other.join() ? -1 : 1));

const errorTruth = sorted(
  (Object.keys(errorCodes) as ErrorCode[]).map((code) => {
    const facts: { status: number; retryable: boolean; retryAfterMs?: number; meaning: string } = errorCodes[code];
    return [code, facts.status, facts.retryable ? 'yes' : 'no', facts.retryAfterMs ?? '—', facts.meaning];
  }),
);
const closeTruth = sorted(
  Object.entries(closeCodes).map(([name, { code, reconnect, meaning }]) => [
    code,
    name,
    reconnect ? 'yes' : 'no',
    plain(meaning),
  ]),
);

describe('the documented error codes', () => {
  it('are those of the code, with status, retry, wait and meaning', () => {
    expect(cells(errors, 'Code', 5)).toEqual(errorTruth);
  });

  it('all say what to do', () => {
    expect(tableRows(errors, 'Code').filter((row) => (row[5] ?? '').length < 5)).toEqual([]);
  });

  it('come with the codes of single fields', () => {
    expect(cells(errors, 'Detail code', 2)).toEqual(sorted(Object.entries(detailCodes)));
  });

  it.each([
    ['another status', '| 409    |', '| 400    |'],
    ['a code that the code has not', '`log-full`', '`log-fool`'],
    ['another wait', '| 30000      |', '| 20000      |'],
  ])('would be found out by %s', (_, from, to) => {
    expect(errors).toContain(from);
    expect(cells(errors.replace(from, to), 'Code', 5)).not.toEqual(errorTruth);
  });
});

describe('the documented close codes', () => {
  it('are those of the code, with name, class and meaning', () => {
    expect(cells(closes, 'Code', 4)).toEqual(closeTruth);
  });

  it('would be found out by another class', () => {
    const wrong = closes.replace(/(\| 4505 \| `[\w-]+`\s*\|) no /, '$1 yes');
    expect(wrong).not.toBe(closes);
    expect(cells(wrong, 'Code', 4)).not.toEqual(closeTruth);
  });
});

describe('the documented reasons of a reset', () => {
  it('are those of the code', () => {
    const reasons = tableRows(documentText('docs/protocol/resume.md'), '`reason`').map(([reason = '']) =>
      plain(reason),
    );
    expect(reasons.toSorted()).toEqual(resetReasons.toSorted());
  });
});
