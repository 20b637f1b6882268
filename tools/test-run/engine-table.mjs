/**
 * What the suites ran against. A suite on an engine is titled `on kafka, redis`, with `(needs …)` behind it when it was
 * left out; libs/testing/src/engines/describe-with-engine.ts gives these titles.
 */
import { formatTable } from '../engines/table.mjs';

const TITLE = /^on ([a-z0-9-]+(?:, [a-z0-9-]+)*)(?: \(needs .*\))?$/;
const EXTERNAL_TITLE = /^on (a real \w+)/;

const enginesOf = (title) => TITLE.exec(title)?.[1].split(', ') ?? EXTERNAL_TITLE.exec(title)?.slice(1) ?? [];

/**
 * @param report jest's own
 * @returns {Map<string, { passed: number, failed: number, skipped: number }>} by the name in the title
 */
export const testsByEngine = (report) => {
  const counts = new Map();
  const tests = (report?.testResults ?? []).flatMap(({ assertionResults = [] }) => assertionResults);
  for (const { ancestorTitles = [], status } of tests) {
    for (const name of new Set(ancestorTitles.flatMap(enginesOf))) {
      const count = counts.get(name) ?? { passed: 0, failed: 0, skipped: 0 };
      count[status === 'passed' || status === 'failed' ? status : 'skipped'] += 1;
      counts.set(name, count);
    }
  }
  return counts;
};

const tally = (count) => {
  if (count === undefined) return 'no test';
  return Object.entries(count)
    .filter(([, number]) => number > 0)
    .map(([what, number]) => `${number} ${what}`)
    .join(', ');
};

/**
 * @param engines `{ name, title, version, kind, reason }` of each; `reason` says why it is not there, `title` how suites call it
 * @param {boolean} all also those that no suite of this run asked for
 * @returns {string} empty when there is nothing to tell
 */
export const engineTable = (engines, counts, all) => {
  const rows = engines
    .filter(({ title }) => all || counts.has(title))
    .map(({ name, title, version, kind, reason }) => [
      name,
      reason === undefined ? version : '-',
      reason === undefined ? kind : `skipped: ${reason}`,
      tally(counts.get(title)),
    ]);
  return rows.length === 0 ? '' : formatTable(['engine', 'version', 'kind', 'tests'], rows);
};
