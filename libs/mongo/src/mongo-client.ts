import { setTimeout as delay } from 'node:timers/promises';
import { OperatorError } from '@verbatim/platform';
import { MongoClient, MongoServerError } from 'mongodb';
import type { Document, MongoClientOptions } from 'mongodb';
import {
  MONGO_CONNECT_MAX_MS,
  MONGO_HEARTBEAT_INTERVAL_MS,
  MONGO_MIN_WIRE_VERSION,
  MONGO_POOL_MAX_SOCKETS,
  MONGO_SERVER_SELECTION_MAX_MS,
  MONGO_START_MAX_MS,
} from './mongo-limits.js';
import { endWritesWithTheirSocket } from './closed-sockets.js';
import { mongoFailureOf } from './mongo-failure.js';
import { describeStartProblem, isTooOldForDriver } from './start-problem.js';
import type { MongoPlace, MongoVariable } from './mongo-url.js';

const RECONNECT_INTERVAL_MS = 250;
const COMMAND_NOT_FOUND = 59;

/** A client that has reached its server, and what kind of server that is. */
export type ConnectedClient = { readonly client: MongoClient; readonly isReplicated: boolean };

export type ClientRequest = {
  readonly url: string;
  readonly place: MongoPlace;
  readonly variable: MongoVariable;
  readonly callMaxMs: number;
};

/** Options of the code win over those of the URL. */
const clientOptions = (callMaxMs: number): MongoClientOptions => ({
  appName: 'verbatim',
  maxPoolSize: MONGO_POOL_MAX_SOCKETS,
  waitQueueTimeoutMS: callMaxMs,
  socketTimeoutMS: callMaxMs,
  connectTimeoutMS: MONGO_CONNECT_MAX_MS,
  serverSelectionTimeoutMS: MONGO_SERVER_SELECTION_MAX_MS,
  heartbeatFrequencyMS: MONGO_HEARTBEAT_INTERVAL_MS,
  // The driver uses these where the server has them, in replica sets and sharded clusters, and nowhere else.
  retryWrites: true,
  retryReads: true,
});

/** @throws OperatorError with one line that says what to do */
export const connectClient = async (request: ClientRequest): Promise<ConnectedClient> => {
  const client = newClient(request);
  try {
    const hello = await reach(client, request);
    const wireVersion = Number(hello.maxWireVersion ?? 0);
    if (wireVersion < MONGO_MIN_WIRE_VERSION) {
      throw new OperatorError(
        `${request.variable}: the MongoDB server at ${request.place.hosts} is too old (wire version ${wireVersion}); ` +
          `MongoDB 5.0 (wire version ${MONGO_MIN_WIRE_VERSION}) or later is needed`,
      );
    }
    return { client, isReplicated: typeof hello.setName === 'string' || hello.msg === 'isdbgrid' };
  } catch (error) {
    await client.close().catch(() => {});
    throw error;
  }
};

const newClient = ({ url, variable, callMaxMs }: ClientRequest): MongoClient => {
  endWritesWithTheirSocket();
  try {
    return new MongoClient(url, clientOptions(callMaxMs));
  } catch (error) {
    throw new OperatorError(describeStartProblem(error, { url, variable, hosts: 'the given hosts' }));
  }
};

/** The server's `hello`, once a call that needs permission has passed. Tries again while nobody answers, up to the limit. */
const reach = async (client: MongoClient, { url, place, variable }: ClientRequest): Promise<Document> => {
  const deadlineMs = performance.now() + MONGO_START_MAX_MS;
  for (;;) {
    try {
      await client.connect();
      const hello = await helloOf(client);
      await client.db(place.database).listCollections({}, { nameOnly: true }).toArray();
      return hello;
    } catch (error) {
      const isLast = performance.now() + RECONNECT_INTERVAL_MS > deadlineMs;
      if (mongoFailureOf(error) !== 'transient' || isTooOldForDriver(error) || isLast) {
        throw new OperatorError(describeStartProblem(error, { url, variable, hosts: place.hosts }));
      }
      await delay(RECONNECT_INTERVAL_MS);
    }
  }
};

const helloOf = async (client: MongoClient): Promise<Document> => {
  const admin = client.db('admin');
  try {
    return await admin.command({ hello: 1 });
  } catch (error) {
    // Some servers of the protocol know its old name only.
    if (error instanceof MongoServerError && error.code === COMMAND_NOT_FOUND) return admin.command({ isMaster: 1 });
    throw error;
  }
};
