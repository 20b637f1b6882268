import type { RecordedEvent } from '@verbatim/event-store';
import type { CollectionDocuments } from '../read-model-store.js';
import { BatchWorkingSet, type DocumentCache } from './document-cache.js';
import { FoldError } from './fold-error.js';
import type { Projection } from './projection.js';

/**
 * Folds a run of events of the log over the documents of one build. What is returned is to be written before, or together
 * with, anything folded later from the same cache. When it rejects, the cache is as it was before.
 * @throws FoldError naming the first event that cannot be folded
 */
export const foldBatch = async (
  projection: Projection,
  cache: DocumentCache,
  events: readonly RecordedEvent[],
): Promise<readonly CollectionDocuments[]> => {
  const loading = cache.load(events);
  if (loading !== null) await loading;
  const documents = new BatchWorkingSet(cache, projection);
  for (const recorded of events)
    try {
      projection.fold(recorded, documents);
    } catch (cause) {
      throw new FoldError(projection, recorded, cause);
    }
  return documents.finish();
};
