import { rm } from 'node:fs/promises';
import type { LogIdentity } from '@verbatim/event-store';
import { DamagedReadModelsError, OtherLogReadModelsError } from '../errors.js';
import type { ReadModelStore } from '../read-model-store.js';
import { openSqliteReadModels } from './sqlite-read-model-store.js';

/**
 * Opens read models that are about to be rebuilt: what is of another log or damaged is thrown away, for the log has everything.
 * @throws ForeignReadModelsError: what is not ours is not touched
 */
export const openSqliteReadModelsToRebuild = async (options: {
  readonly file: string;
  readonly log: LogIdentity;
}): Promise<ReadModelStore> => {
  try {
    return await openSqliteReadModels(options);
  } catch (error) {
    if (!(error instanceof OtherLogReadModelsError || error instanceof DamagedReadModelsError)) throw error;
    for (const suffix of ['', '-wal', '-shm']) await rm(`${options.file}${suffix}`, { force: true });
    return openSqliteReadModels(options);
  }
};
