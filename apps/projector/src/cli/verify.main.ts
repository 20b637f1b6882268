import { OperatorError } from '@verbatim/platform';
import { openSqliteReadModels } from '@verbatim/read-models';
import { verify, type VerifyReport } from '../verify/verify.js';
import { progressLines, runCommand } from './command-line.js';

const printReport = (report: VerifyReport, print: (line: string) => void): void => {
  for (const [collection, hash] of Object.entries(report.hashes)) print(`${collection} sha256 ${hash}`);
  for (const { collection, key, kind } of report.differences) print(`${kind}: ${collection} ${key}`);
  print(`${report.documents} documents from ${report.events} events, ${report.differenceCount} differ from a replay`);
};

runCommand('verify', async ({ config, eventStore, lifecycle, print }) => {
  const store = await openSqliteReadModels({ file: config.readModelsFile, log: eventStore.identity });
  lifecycle.onStop('read models', () => store.close());
  const report = await verify({ eventStore, store, onProgress: progressLines('verify', print) });
  printReport(report, print);
  if (report.differenceCount > 0)
    throw new OperatorError('read models differ from the log; run "npm run rebuild" and report what differed');
});
