import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import {
  ANY,
  BACKWARDS,
  END,
  EventStoreDBClient,
  NO_STREAM,
  STREAM_EXISTS,
  jsonEvent,
  streamNameFilter,
  type AppendExpectedRevision,
} from '@eventstore/db-client';
import { makeDataFolder } from '../scenario/data-folder.js';
import { launchEventStoreServer, type EventStoreServerProcess } from './server-under-test.js';

/** The server starts three times, on a busy machine. Nothing waits for it. */
jest.setTimeout(60_000);

const folder = makeDataFolder('event-store-server');
let server: EventStoreServerProcess;
let client: EventStoreDBClient;

const event = (n: number, id = randomUUID()) => jsonEvent({ id, type: 'Counted', data: { n } });
const all = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
};
const numbersOf = async (stream: string): Promise<number[]> =>
  (await all(client.readStream(stream))).map((read) => (read.event as unknown as { data: { n: number } }).data.n);

const connect = (): void => {
  client = EventStoreDBClient.connectionString(server.url);
};

beforeAll(async () => {
  server = await launchEventStoreServer({ directory: folder.path });
  connect();
});
afterAll(async () => {
  await client.dispose();
  await server.stop();
  folder.remove();
});

describe('appending to the protocol server', () => {
  it.each<[string, AppendExpectedRevision, bigint]>([
    ['no stream', NO_STREAM, 0n],
    ['any', ANY, 1n],
    ['an existing stream', STREAM_EXISTS, 2n],
    ['an exact revision', 2n, 3n],
  ])('succeeds at %s', async (_, expectedRevision, next) => {
    const result = await client.appendToStream('modes', event(Number(next)), { expectedRevision });
    expect(result.nextExpectedRevision).toBe(next);
  });

  it.each<[string, string, AppendExpectedRevision, unknown]>([
    ['no stream', 'modes', NO_STREAM, 3n],
    ['a revision behind', 'modes', 1n, 3n],
    ['a revision ahead', 'modes', 9n, 3n],
    ['an existing stream that is none', 'no-such-stream', STREAM_EXISTS, 'no_stream'],
  ])('is refused at %s', async (_, stream, expectedRevision, actualVersion) => {
    await expect(client.appendToStream(stream, event(0), { expectedRevision })).rejects.toMatchObject({
      type: 'wrong-expected-version',
      actualVersion,
    });
  });

  it('knows the same ids at the same expected revision, also when more was appended since', async () => {
    const batch = [event(0), event(1)];
    const append = () => client.appendToStream('again', batch, { expectedRevision: NO_STREAM });
    const first = await append();
    await client.appendToStream('again', event(2), { expectedRevision: 1n });
    expect(await append()).toEqual(first);
    expect(await numbersOf('again')).toEqual([0, 1, 2]);
  });

  it('refuses the append that credentials of its own make a classic one, by the same rules', async () => {
    const credentials = { username: 'admin', password: 'changeit' };
    await client.appendToStream('classic', event(0), { expectedRevision: NO_STREAM, credentials });
    const again = client.appendToStream('classic', event(1), { expectedRevision: NO_STREAM, credentials });
    await expect(again).rejects.toMatchObject({ type: 'wrong-expected-version', actualVersion: 0n });
  });

  it('refuses more than a mebibyte at once', async () => {
    const large = jsonEvent({ type: 'Large', data: 'x'.repeat(1_024 * 1_024) });
    await expect(client.appendToStream('large', large)).rejects.toMatchObject({
      type: 'maximum-append-size-exceeded',
    });
  });
});

describe('reading from the protocol server', () => {
  it('shows as many events as the stream metadata keeps, and all of them in $all', async () => {
    await client.setStreamMetadata('short', { maxCount: 1 });
    await client.appendToStream('short', [event(1), event(2), event(3)]);
    expect(await numbersOf('short')).toEqual([3]);
    const everything = await all(client.readAll());
    expect(everything.filter((read) => read.event?.streamId === 'short')).toHaveLength(3);
  });

  it('hides a deleted stream and goes on behind it; refuses a tombstoned one', async () => {
    await client.appendToStream('gone', event(1));
    await client.deleteStream('gone');
    await expect(numbersOf('gone')).rejects.toMatchObject({ type: 'stream-not-found' });
    await client.appendToStream('gone', event(2), { expectedRevision: NO_STREAM });
    expect(await numbersOf('gone')).toEqual([2]);
    await client.tombstoneStream('gone');
    await expect(client.appendToStream('gone', event(3))).rejects.toMatchObject({ type: 'stream-deleted' });
  });

  it('refuses to begin in the middle of a record', async () => {
    const [last] = await all(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 }));
    const at = (last?.event?.position.commit ?? 0n) - 1n;
    const read = client.readAll({ fromPosition: { commit: at, prepare: at } });
    await expect(all(read)).rejects.toThrow(/Invalid position/);
  });

  it('tells a live filtered subscriber of each window without a match', async () => {
    const reached: bigint[] = [];
    const isLive = Promise.withResolvers<void>();
    const isReached = Promise.withResolvers<void>();
    const subscription = client
      .subscribeToAll({
        fromPosition: END,
        filter: streamNameFilter({
          prefixes: ['wanted-'],
          maxSearchWindow: 1,
          checkpointInterval: 1,
          checkpointReached: (_, { commit }) => {
            reached.push(commit);
            isReached.resolve();
          },
        }),
      })
      .on('caughtUp', () => isLive.resolve());
    await isLive.promise;
    const { position } = await client.appendToStream('other', event(1));
    await isReached.promise;
    await subscription.unsubscribe();
    expect(reached).toEqual([position?.commit]);
  });
});

describe('a protocol server that is killed', () => {
  it('has what it acknowledged, and nothing of a torn record, when it starts again', async () => {
    const acked: number[] = [];
    for (let n = 0; n < 20; n += 1) {
      await client.appendToStream('durable', event(n));
      acked.push(n);
    }
    await server.kill();
    appendFileSync(join(folder.path, 'events.log'), Buffer.from([0, 0, 0, 99, 1, 2, 3]));
    await client.dispose();
    server = await server.restart();
    connect();
    expect(await numbersOf('durable')).toEqual(acked);
    await client.appendToStream('durable', event(20), { expectedRevision: 19n });
    expect(await numbersOf('durable')).toHaveLength(21);
  });

  it('has an append that it did not live to answer, once', async () => {
    const batch = event(1);
    await server.fault({ killAfterAppends: 1 });
    const lost = client.appendToStream('unanswered', batch, { expectedRevision: NO_STREAM });
    await expect(lost).rejects.toMatchObject({ type: 'unavailable' });
    await server.gone;
    await client.dispose();
    server = await server.restart();
    connect();
    const again = await client.appendToStream('unanswered', batch, { expectedRevision: NO_STREAM });
    expect([again.nextExpectedRevision, await numbersOf('unanswered')]).toEqual([0n, [1]]);
  });
});
