import type { Db } from 'mongodb';
import { mongoFailureOf, type MongoConnection } from '@verbatim/mongo';
import { ReadModelsUnavailableError } from '../errors.js';

/** A connection whose calls end in time, with an error that says whether the same call may succeed later. */
export type Connection = {
  readonly db: Db;
  /** @throws ReadModelsUnavailableError: whether a write took effect is unknown */
  readonly call: <Result>(work: () => Promise<Result>) => Promise<Result>;
};

export const connectionOf = ({ db, bounded }: MongoConnection): Connection => ({
  db,
  call: async (work) => {
    try {
      return await bounded(work);
    } catch (error) {
      if (mongoFailureOf(error) !== 'transient') throw error;
      throw new ReadModelsUnavailableError('the database of the read models does not answer', { cause: error });
    }
  },
});
