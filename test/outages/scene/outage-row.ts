import type { Try } from './ledger.js';

/** One line of the table. */
export type OutageRow = {
  readonly outage: string;
  readonly lastedMs: number;
  /** Messages that were acknowledged when it began. */
  readonly ackedBefore: number;
  readonly sendsTried: number;
  readonly ackedDuring: number;
  /** Of people who were no members. */
  readonly refusedDuring: number;
  /** Answered that it was not done, to be tried again. */
  readonly triesRefused: number;
  /** Connections that ended without an answer. */
  readonly triesBroken: number;
  readonly slowestMs: number;
  readonly lost: number;
  readonly doubled: number;
  /** Of how many sends and changes nobody knew the outcome at its end, and of how many that was found out afterwards. */
  readonly open: number;
  readonly resolved: number;
  /** From the end of the fault until everybody could send in every conversation at every gateway. */
  readonly servesAfterMs: number;
  /** Until every device had everything, and read models were up to it. */
  readonly drainedAfterMs: number;
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** What the requests of an outage came to; changes, receipts and reads count as well as sends where it says tries. */
export const countsOf = (tries: readonly Try[]) => {
  const sends = tries.filter(({ what }) => what === 'send');
  const count = (among: readonly Try[], outcome: Try['outcome']): number =>
    sum(among.map((each) => (each.outcome === outcome ? 1 : 0)));
  return {
    sendsTried: sends.length,
    ackedDuring: count(sends, 'ok'),
    refusedDuring: count(sends, 'refused'),
    triesRefused: count(tries, 'try-again'),
    triesBroken: count(tries, 'broken'),
    slowestMs: Math.round(Math.max(0, ...tries.map(({ tookMs }) => tookMs))),
  };
};

const seconds = (ms: number): string => (ms / 1_000).toFixed(1);

const COLUMNS: readonly (readonly [title: string, of: (row: OutageRow) => string])[] = [
  ['Outage', ({ outage }) => outage],
  ['lasted, s', ({ lastedMs }) => seconds(lastedMs)],
  ['acked before', ({ ackedBefore }) => String(ackedBefore)],
  ['sends tried in it', ({ sendsTried }) => String(sendsTried)],
  ['acked in it', ({ ackedDuring }) => String(ackedDuring)],
  ['refused by rule', ({ refusedDuring }) => String(refusedDuring)],
  ['told to try again', ({ triesRefused }) => String(triesRefused)],
  ['connection lost', ({ triesBroken }) => String(triesBroken)],
  ['slowest answer, s', ({ slowestMs }) => seconds(slowestMs)],
  ['lost', ({ lost }) => String(lost)],
  ['doubled', ({ doubled }) => String(doubled)],
  ['unknown resolved', ({ resolved, open }) => `${resolved} of ${open}`],
  ['serves again, s', ({ servesAfterMs }) => seconds(servesAfterMs)],
  ['all caught up, s', ({ drainedAfterMs }) => seconds(drainedAfterMs)],
];

/** As Markdown, which is also easy to read as it is. */
export const outageTable = (rows: readonly OutageRow[]): string => {
  const cells = [COLUMNS.map(([title]) => title), ...rows.map((row) => COLUMNS.map(([, of]) => of(row)))];
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  const [head = [], ...body] = cells;
  return [line(head), line(rule), ...body.map(line)].join('\n');
};
