import type { LogIdentity } from '@verbatim/event-store';
import { isMongoUrl, MONGO_URL_PROTOCOLS } from '@verbatim/mongo';
import { openMongoReadModels, openMongoReadModelsToRebuild } from './mongo/open-mongo-read-models.js';
import type { MessageIdsQueries } from './read-models.js';
import type { ReadModelStore } from './read-model-store.js';
import { openSqliteReadModelsToRebuild } from './sqlite/open-to-rebuild.js';
import { openSqliteReadModels } from './sqlite/sqlite-read-model-store.js';

export type OpenReadModelsOptions = {
  /** The log that the documents are folded from. */
  readonly log: LogIdentity;
};

export const READ_MODEL_URL_PROTOCOLS: readonly string[] = ['sqlite:', ...MONGO_URL_PROTOCOLS];

/** The file of a `sqlite:` URL, relative to the working directory or absolute; null for any other URL. */
export const readModelsFileOf = (url: string): string | null => /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1] ?? null;

/**
 * Opens the read models of one log by their URL, `sqlite:./data/read-models.db` or `mongodb://…/<database>`, and makes them,
 * empty, when there are none. `sqlite:` is for one process; with `mongodb:` any number may read, and write.
 * @throws OperatorError when they cannot be used: not ours, of another log, damaged, or out of reach
 */
export const openReadModels = async (url: string, { log }: OpenReadModelsOptions): Promise<ReadModelStore> => {
  const file = readModelsFileOf(url);
  if (file !== null) return openSqliteReadModels({ file, log });
  return openMongoReadModels({ url: mongoUrl(url), log });
};

/** Opens the index of message ids alone, for those who may ask nothing else. */
export const openMessageIds = async (
  url: string,
  options: OpenReadModelsOptions,
): Promise<{ readonly messageIds: MessageIdsQueries; readonly close: () => Promise<void> }> => {
  const { readModels } = await openReadModels(url, options);
  return { messageIds: readModels.messageIds, close: () => readModels.close() };
};

/**
 * The same, for read models that are about to be rebuilt: what is ours and of another log or damaged is made anew.
 * @throws OperatorError for what is not ours, or out of reach
 */
export const openReadModelsToRebuild = async (url: string, { log }: OpenReadModelsOptions): Promise<ReadModelStore> => {
  const file = readModelsFileOf(url);
  if (file !== null) return openSqliteReadModelsToRebuild({ file, log });
  return openMongoReadModelsToRebuild({ url: mongoUrl(url), log });
};

const mongoUrl = (url: string): string => {
  if (isMongoUrl(url)) return url;
  throw new RangeError(`a URL of read models starts with ${READ_MODEL_URL_PROTOCOLS.join(' or ')}`);
};
