import { existsSync } from 'node:fs';
import { OperatorError } from '@verbatim/platform';
import { openReadModels, readModelsFileOf } from '@verbatim/read-models';
import { verify, type VerifyReport } from '../verify/verify.js';
import { progressLines, runCommand } from './command-line.js';

const printReport = (report: VerifyReport, print: (line: string) => void): void => {
  for (const [collection, hash] of Object.entries(report.hashes)) print(`${collection} sha256 ${hash}`);
  for (const { collection, key, kind } of report.differences) print(`${kind}: ${collection} ${key}`);
  for (const name of report.unfolded) print(`unfolded: ${name} has nothing to compare`);
  print(`${report.documents} documents from ${report.events} events, ${report.differenceCount} differ from a replay`);
};

runCommand('verify', async ({ config, eventStore, lifecycle, print }) => {
  const file = readModelsFileOf(config.readModelUrl);
  if (file !== null && !existsSync(file))
    throw new OperatorError(`there is no ${file} to compare; run "npm run rebuild" to make it`);
  const store = await openReadModels(config.readModelUrl, { log: eventStore.identity });
  lifecycle.onStop('read models', () => store.close());
  const report = await verify({ eventStore, store, onProgress: progressLines('verify', print) });
  printReport(report, print);
  if (report.unfolded.length > 0)
    throw new OperatorError(`there is nothing to compare in ${report.unfolded.join(', ')}; run "npm run rebuild"`);
  if (report.differenceCount > 0)
    throw new OperatorError('read models differ from the log; run "npm run rebuild" and report what differed');
});
