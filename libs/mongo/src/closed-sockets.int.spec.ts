import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describeWithEngine, ENGINE_HOOK_MAX_MS, type RunningEngine } from '@verbatim/testing/engines';
import { MongoClient } from 'mongodb';
import { endWritesWithTheirSocket } from './closed-sockets.js';

const HEARTBEAT_MS = 500;
const SUCCEEDED = 'serverHeartbeatSucceeded';

/** What the driver keeps to itself. */
type Monitor = { readonly connection: { readonly socket: Socket } };
type Inside = {
  readonly topology: { readonly s: { readonly servers: ReadonlyMap<string, { readonly monitor: Monitor }> } };
};

const monitorOf = (client: MongoClient): Monitor => {
  const [server] = (client as unknown as Inside).topology.s.servers.values();
  if (server === undefined) throw new Error('not connected');
  return server.monitor;
};

describeWithEngine('mongo-java-server', (available) => {
  let server: RunningEngine;
  let client: MongoClient;

  beforeAll(async () => {
    endWritesWithTheirSocket();
    server = await available.start();
    client = new MongoClient(server.url, { heartbeatFrequencyMS: HEARTBEAT_MS });
    await client.connect();
    await once(client, SUCCEEDED);
  }, ENGINE_HOOK_MAX_MS);
  afterAll(() => client.close());

  it('a heartbeat on a socket that has been cut and has not said so fails, and the next one succeeds', async () => {
    client.once('serverHeartbeatStarted', () => monitorOf(client).connection.socket.destroy());
    await once(client, 'serverHeartbeatFailed');
    await once(client, SUCCEEDED);
    await expect(client.db('any').listCollections().toArray()).resolves.toEqual([]);
  }, 20_000);
});
