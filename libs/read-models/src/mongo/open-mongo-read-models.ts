import { openMongo, type MongoConnection } from '@verbatim/mongo';
import type { LogIdentity } from '@verbatim/event-store';
import { DamagedReadModelsError, OtherLogReadModelsError } from '../errors.js';
import type { ReadModelStore } from '../read-model-store.js';
import { connectionOf } from './connection.js';
import { claimDatabase, resetDatabase, type DatabaseRequest } from './database-owner.js';
import { MongoReadModelStore } from './mongo-read-model-store.js';
import { WRITE_CALL_MAX_MS } from './mongo-limits.js';

const VARIABLE = 'READ_MODEL_URL';

export type MongoReadModelsOptions = {
  /** `mongodb://…/<database>`; the database is for nothing else. */
  readonly url: string;
  /** The log that the documents are folded from. */
  readonly log: LogIdentity;
  readonly nowMs?: () => number;
};

/**
 * Opens the read models of one log, and makes them, empty, when there are none.
 * @throws ForeignReadModelsDatabaseError, OtherLogReadModelsError, DamagedReadModelsError, OperatorError
 */
export const openMongoReadModels = (options: MongoReadModelsOptions): Promise<ReadModelStore> =>
  open(options, claimDatabase);

/**
 * Opens read models that are about to be rebuilt: what is of another log or layout is thrown away, for the log has everything.
 * @throws ForeignReadModelsDatabaseError: what is not ours is not touched
 */
export const openMongoReadModelsToRebuild = (options: MongoReadModelsOptions): Promise<ReadModelStore> =>
  open(options, async (request) => {
    try {
      await claimDatabase(request);
    } catch (error) {
      if (!(error instanceof OtherLogReadModelsError || error instanceof DamagedReadModelsError)) throw error;
      await resetDatabase(request);
      await claimDatabase(request);
    }
  });

const open = async (
  { url, log, nowMs = Date.now }: MongoReadModelsOptions,
  claim: (request: DatabaseRequest) => Promise<void>,
): Promise<ReadModelStore> => {
  const reading = await openMongo(url, { variable: VARIABLE });
  let writing: MongoConnection | null = null;
  const close = async (): Promise<void> => {
    await Promise.all([reading.close(), writing?.close()]);
  };
  try {
    writing = await openMongo(url, { variable: VARIABLE, callMaxMs: WRITE_CALL_MAX_MS });
    const place = `the database ${writing.db.databaseName} of ${VARIABLE}`;
    const connection = connectionOf(writing);
    await claim({ connection, place, log });
    return new MongoReadModelStore({ reading: connectionOf(reading), writing: connection, log, place, nowMs, close });
  } catch (error) {
    await close();
    throw error;
  }
};
