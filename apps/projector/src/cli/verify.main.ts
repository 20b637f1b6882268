import { existsSync } from 'node:fs';
import { isEventStoreDbUrl, verifyEventStoreDb } from '@verbatim/event-store';
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

/** An embedded log is checked as its replay reads it; this one also for what a replay passes over. */
const verifyLog = async (url: string, print: (line: string) => void): Promise<void> => {
  if (!isEventStoreDbUrl(url)) return;
  const progress = progressLines('check', print);
  const { events } = await verifyEventStoreDb(url, { onProgress: (checked) => progress({ events: checked }) });
  print(`checked ${events} events: every one is what was written, and follows the one before it`);
};

runCommand('verify', async ({ config, eventStore, lifecycle, print }) => {
  await verifyLog(config.eventStoreUrl, print);
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
