import { ReadConcern } from 'mongodb';
import type { Db, DbOptions } from 'mongodb';
import { connectClient } from './mongo-client.js';
import type { ConnectedClient } from './mongo-client.js';
import { MongoCallTimeoutError } from './mongo-failure.js';
import { MONGO_CALL_MAX_MS, MONGO_WRITE_CONCERN_MAX_MS } from './mongo-limits.js';
import { mongoPlaceOf } from './mongo-url.js';
import type { MongoVariable } from './mongo-url.js';

export type OpenMongoOptions = {
  /** Named in errors. */
  readonly variable: MongoVariable;
  /** Limit of one call in milliseconds. Default `MONGO_CALL_MAX_MS`, right for the edge; bulk writers name a longer one. */
  readonly callMaxMs?: number;
};

/** The database of the URL. Reads and writes go to the primary; both are durable where the server can say so. */
export type MongoConnection = {
  /** Carries the read and write concern: a call says neither. */
  readonly db: Db;
  /** Whether a majority confirms writes; else one server does, after its journal. */
  readonly isReplicated: boolean;
  /**
   * Runs a call of the driver within the limit; `limitMs` is for work of several calls.
   * @throws MongoCallTimeoutError, after which the call may still have its effect
   */
  readonly bounded: <T>(call: () => Promise<T>, limitMs?: number) => Promise<T>;
  /** Closes the client with its last user. */
  readonly close: () => Promise<void>;
};

type SharedClient = { readonly connected: Promise<ConnectedClient>; users: number };

/** One client per URL and limit, for the whole process: State and read models often name the same server. */
const clients = new Map<string, SharedClient>();

/**
 * Opens the database that the URL names, `mongodb://…/database` or `mongodb+srv://…/database`.
 * @throws OperatorError when the URL names no database, the server does not answer within `MONGO_START_MAX_MS`, refuses the
 * credentials or is older than MongoDB 5.0
 */
export const openMongo = async (url: string, options: OpenMongoOptions): Promise<MongoConnection> => {
  const { variable, callMaxMs = MONGO_CALL_MAX_MS } = options;
  const place = mongoPlaceOf(url, variable);
  const key = `${callMaxMs} ${url}`;
  const shared = clients.get(key) ?? { connected: connectClient({ url, place, variable, callMaxMs }), users: 0 };
  clients.set(key, shared);
  shared.users += 1;
  const release = async (): Promise<void> => {
    shared.users -= 1;
    if (shared.users > 0) return;
    if (clients.get(key) === shared) clients.delete(key);
    await shared.connected.then(({ client }) => client.close());
  };
  try {
    const { client, isReplicated } = await shared.connected;
    let closed: Promise<void> | undefined;
    return {
      db: client.db(place.database, concerns(isReplicated)),
      isReplicated,
      bounded: (call, limitMs = callMaxMs) => bounded(call, limitMs),
      close: () => (closed ??= release()),
    };
  } catch (error) {
    await release().catch(() => {}); // the reason is told by the error below
    throw error;
  }
};

const concerns = (isReplicated: boolean): DbOptions =>
  isReplicated
    ? {
        readPreference: 'primary',
        readConcern: new ReadConcern('majority'),
        writeConcern: { w: 'majority', wtimeoutMS: MONGO_WRITE_CONCERN_MAX_MS },
      }
    : { readPreference: 'primary', writeConcern: { w: 1, journal: true } };

/** The driver's own limits add up over its retries: this one holds for all of them together. */
const bounded = async <T>(call: () => Promise<T>, limitMs: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new MongoCallTimeoutError(limitMs)), limitMs);
  });
  try {
    return await Promise.race([call(), limit]);
  } finally {
    clearTimeout(timer);
  }
};
