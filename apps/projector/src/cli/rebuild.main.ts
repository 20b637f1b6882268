import { OperatorError } from '@verbatim/platform';
import { openReadModelsToRebuild, projections, type ProjectionName } from '@verbatim/read-models';
import { openStateStore } from '@verbatim/state';
import { openParkedEvents } from '../parked/state-parked-events.js';
import { rebuild } from '../rebuild/rebuild.js';
import { progressLines, runCommand } from './command-line.js';

const namesOf = (given: readonly string[]): readonly ProjectionName[] => {
  const known: readonly string[] = projections.map(({ name }) => name);
  const unknown = given.find((name) => !known.includes(name));
  if (unknown === undefined) return (given.length === 0 ? known : given) as readonly ProjectionName[];
  throw new OperatorError(`there is no read model ${unknown}; there are ${known.join(', ')}`);
};

runCommand('rebuild', async ({ config, eventStore, lifecycle, print }) => {
  const names = namesOf(process.argv.slice(2));
  const state = await openStateStore(config.stateUrl);
  lifecycle.onStop('state', () => state.close());
  const store = await openReadModelsToRebuild(config.readModelUrl, { log: eventStore.identity });
  lifecycle.onStop('read models', () => store.close());
  const startedAtMs = Date.now();
  const report = await rebuild({
    eventStore,
    store,
    parkedEvents: await openParkedEvents(state),
    names,
    onProgress: progressLines('rebuild', print),
  });
  const seconds = ((Date.now() - startedAtMs) / 1_000).toFixed(1);
  print(`rebuilt ${report.projections.join(', ')} from ${report.events} events in ${seconds} s`);
  if (report.parkedCount > 0)
    print(`${report.parkedCount} conversations or users are parked: see the log of the server`);
});
