import type { RecordedEvent } from '@verbatim/event-store';
import { DocumentCache } from './projection/document-cache.js';
import { foldBatch } from './projection/fold-batch.js';
import { projections } from './projections.js';
import type { ProjectionName } from './read-models.js';
import type { Build, BuildChanges, ReadModelStore } from './read-model-store.js';

/** The changes that a run of events makes in one build, folded from what the store holds. */
export const changesOf = async (
  store: ReadModelStore,
  build: Build,
  events: readonly RecordedEvent[],
): Promise<BuildChanges> => {
  const projection = projections.find(({ name }) => name === build.projection);
  const last = events.at(-1);
  if (projection === undefined || last === undefined) throw new Error('nothing to fold');
  const changes = await foldBatch(projection, new DocumentCache(store, build, projection), events);
  const { projection: name, generation } = build;
  return { projection: name, generation, checkpoint: { position: last.position, eventId: last.eventId }, changes };
};

/** Folds events into the active builds, all of them or those named, and writes them together. */
export const foldInto = async (
  store: ReadModelStore,
  events: readonly RecordedEvent[],
  names: readonly ProjectionName[] = projections.map(({ name }) => name),
): Promise<void> => {
  const builds = (await store.builds()).filter(
    ({ status, projection }) => status === 'active' && names.includes(projection),
  );
  const batch = await Promise.all(builds.map((build) => changesOf(store, build, events)));
  if ((await store.write(batch)) !== 'written') throw new Error('superseded');
};

/** Every document of a build, as canonical text. */
export const textsOf = async (store: ReadModelStore, build: Build): Promise<readonly string[]> => {
  const texts: string[] = [];
  for (const collection of projections.find(({ name }) => name === build.projection)?.collections ?? [])
    for await (const { text } of store.scan(build, collection)) texts.push(text);
  return texts;
};
