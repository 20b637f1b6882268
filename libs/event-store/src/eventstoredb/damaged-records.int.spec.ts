import type { Revision } from '@verbatim/domain';
import { DamagedLogError } from '../errors.js';
import type { EventStore } from '../event-store.js';
import { aConversation, Listener, messages } from '../event-store.fixtures.js';
import { openLog, ServerUnderTest } from './event-store-db.fixtures.js';
import { verifyEventStoreDb } from './verify-event-store-db.js';

const server = new ServerUnderTest();

describe('a record whose bytes are not what was written', () => {
  const stream = aConversation();
  const fatal: Error[] = [];
  let store: EventStore;
  let position = 0n;

  beforeAll(async () => {
    const writer = await openLog(server.url);
    await writer.append(stream, 'no-stream', messages(3));
    const { events } = await writer.readStream(stream, { maxCount: 3 });
    position = events[1]?.position ?? 0n;
    await writer.close();
    await server.process.fault({ tamper: { stream, revision: 1, data: '{"body":"somebody else said so"}' } });
  });
  beforeEach(async () => {
    fatal.length = 0;
    store = await openLog(server.url, (error) => void fatal.push(error));
  });
  afterEach(() => store.close());

  const damage = () => expect.objectContaining({ name: 'DamagedLogError', position });

  it.each<[string, () => Promise<unknown>]>([
    ['a read of its stream', () => store.readStream(stream, { maxCount: 3 })],
    ['a read of everything', () => store.readAll({ after: null, maxCount: 10 })],
    ['a read at its position', () => store.readAt(position as never)],
    ['an append whose retry is looked for behind it', () => store.append(stream, 0 as Revision, messages(1))],
  ])('fails %s with its position, and everything after it', async (_, read) => {
    await expect(read()).rejects.toEqual(damage());
    await expect(store.headPosition()).rejects.toEqual(damage());
    expect(fatal).toEqual([damage()]);
  });

  it('ends a subscription before it is delivered', async () => {
    const listener = new Listener();
    store.subscribeToAll({ after: null }, listener);
    await listener.ended();
    expect(listener.dropped).toEqual(damage());
    expect(listener.events.map(({ revision }) => revision).filter((revision) => revision > 0)).toEqual([]);
    expect(fatal).toEqual([damage()]);
  });

  it('is found by verifying', async () => {
    await expect(verifyEventStoreDb(server.url)).rejects.toEqual(damage());
    await expect(verifyEventStoreDb(server.url)).rejects.toBeInstanceOf(DamagedLogError);
  });
});

describe('verifying a sound log', () => {
  it('counts its events and names its head', async () => {
    const url = `${server.url}&streamPrefix=sound.`;
    const store = await openLog(url);
    for (let index = 0; index < 4; index += 1) await store.append(aConversation(), 'no-stream', messages(150));
    const progress: number[] = [];
    const verified = await verifyEventStoreDb(url, { onProgress: (events) => progress.push(events) });
    expect(verified).toEqual({ identity: store.identity, events: 600, headPosition: await store.headPosition() });
    expect(progress.at(-1)).toBe(600);
    await store.close();
  });
});
