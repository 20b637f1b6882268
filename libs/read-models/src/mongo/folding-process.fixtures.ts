import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { LogIdentity, RecordedEvent } from '@verbatim/event-store';
import {
  DocumentCache,
  foldBatch,
  openReadModels,
  projections,
  SupersededBuildError,
  type BuildChanges,
  type BuildRecord,
  type ReadModelStore,
} from '@verbatim/read-models';

const RETRY_AFTER_MS = 20;
const BATCH_MAX_EVENTS = 12;

export const textOfLog = (events: readonly RecordedEvent[]): string =>
  JSON.stringify(events.map((event) => ({ ...event, position: `${event.position}` })));

const logOfText = (text: string): readonly RecordedEvent[] =>
  (JSON.parse(text) as readonly RecordedEvent[]).map((event) => ({
    ...event,
    position: BigInt(event.position) as RecordedEvent['position'],
  }));

/** The same again until it works, as the projector does it. */
const patiently = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  for (;;)
    try {
      return await work();
    } catch (error) {
      if (error instanceof SupersededBuildError) throw error;
      await delay(RETRY_AFTER_MS);
    }
};

/** One pass from the stored checkpoints; false when a build was superseded and the next pass has to go on. */
const foldFromCheckpoints = async (
  store: ReadModelStore,
  events: readonly RecordedEvent[],
  tell: (text: string) => void,
): Promise<boolean> => {
  const builds = (await patiently(() => store.builds())).filter(({ status }) => status === 'active');
  const lanes = builds.map((build) => {
    const projection = projections.find(({ name }) => name === build.projection);
    if (projection === undefined) throw new Error(`no projection ${build.projection}`);
    return { build, projection, cache: new DocumentCache(store, build, projection) };
  });
  const isNew = ({ checkpoint }: BuildRecord, { position }: RecordedEvent): boolean =>
    checkpoint === null || position > checkpoint.position;
  const start = events.findIndex((event) => builds.some((build) => isNew(build, event)));
  for (let at = start; at >= 0 && at < events.length;) {
    const taken = events.slice(at, at + 1 + Math.floor(Math.random() * BATCH_MAX_EVENTS));
    const last = taken.at(-1) as RecordedEvent;
    const batch: BuildChanges[] = [];
    for (const { build, projection, cache } of lanes) {
      const due = taken.filter((event) => isNew(build, event));
      if (due.length === 0) continue;
      const changes = await patiently(() => foldBatch(projection, cache, due));
      const checkpoint = { position: last.position, eventId: last.eventId };
      batch.push({ projection: build.projection, generation: build.generation, checkpoint, changes });
    }
    tell('writing');
    if ((await patiently(() => store.write(batch))) === 'superseded') return false;
    at += taken.length;
  }
  return true;
};

/** Folds the log into the active builds, whatever happens to the database and whoever else does. */
export const foldPatiently = async (
  url: string,
  log: LogIdentity,
  events: readonly RecordedEvent[],
  tell: (text: string) => void = () => undefined,
): Promise<void> => {
  const store = await patiently(() => openReadModels(url, { log }));
  while (!(await foldFromCheckpoints(store, events, tell)));
  await store.close();
};

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [, , url = '', logId = '', file = ''] = process.argv;
  await foldPatiently(url, { logId, epoch: 1 }, logOfText(readFileSync(file, 'utf8')), (text) =>
    process.stdout.write(`${text}\n`),
  );
  process.stdout.write('done\n');
}
