import type { Revision } from '@verbatim/domain';
import { appendUntilKnown } from '../append-until-known.js';
import type { EventStore, Position, RecordedEvent } from '../event-store.js';
import { aConversation, aUser, bodyOf, Gate, Listener, messages, sent } from '../event-store.fixtures.js';
import { ofItsOwn, openLog, ServerUnderTest } from './event-store-db.fixtures.js';
import { connectionUrl } from './connection-url.js';
import { HELD_MAX_EVENTS } from './limits.js';
import { logParts } from './log-parts.js';
import { ServerFeed } from './server-feed.js';

const server = new ServerUnderTest();
let store: EventStore;
beforeEach(async () => {
  store = await openLog(ofItsOwn(server.url));
});
afterEach(() => store.close());

const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => `${index}`);

describe('a subscription that begins in the middle of a record', () => {
  it('begins behind the record before it', async () => {
    const stream = aConversation();
    await store.append(stream, 'no-stream', messages(4));
    const { events } = await store.readStream(stream, { maxCount: 4 });
    const listener = new Listener();
    const after = ((events[2]?.position ?? 0n) - 1n) as Position;
    const subscription = store.subscribeToAll({ after }, listener);
    await listener.received(2);
    await subscription.close();
    expect(listener.events).toEqual(events.slice(2));
  });
});

describe('a subscription that the server ends', () => {
  it('goes on behind the last event that was handed over, without a gap and without a repetition', async () => {
    const listener = new Listener();
    const subscription = store.subscribeToAll({ after: null }, listener);
    const stream = aConversation();
    for (let index = 0; index < 40; index += 1) {
      // A connection that ends takes the appends in flight with it.
      await appendUntilKnown(store, stream, index === 0 ? 'no-stream' : ((index - 1) as Revision), [sent(`${index}`)]);
      if (index % 10 === 5) await server.process.fault({ endSubscriptions: true });
    }
    await listener.received(40);
    await subscription.close();
    expect(listener.events.map(bodyOf)).toEqual(numbers(40));
    expect(listener.isCaughtUp).toBe(1);
  });

  it.each([
    ['named', (url: string) => url],
    ['discovered by gossip', (url: string) => url.replace('esdb:', 'esdb+discover:')],
  ])(
    'outlives a server, %s, that is killed and started again',
    async (_, change) => {
      const own = await openLog(change(ofItsOwn(server.url)));
      const listener = new Listener();
      const subscription = own.subscribeToAll({ after: null }, listener);
      const stream = aConversation();
      await own.append(stream, 'no-stream', [sent('0'), sent('1')]);
      await listener.received(2);
      await server.kill();
      const batch = [sent('2')];
      expect((await own.append(stream, 1 as Revision, batch)).outcome).toBe('unknown');
      await server.restart();
      await appendUntilKnown(own, stream, 1 as Revision, batch);
      await listener.received(3);
      await subscription.close();
      await own.close();
      expect(listener.events.map(bodyOf)).toEqual(numbers(3));
      expect(listener.dropped).toBeNull();
    },
    20_000,
  );

  it('is opened anew when it stays open and delivers nothing', async () => {
    const listener = new Listener();
    const subscription = store.subscribeToAll({ after: null }, listener);
    const stream = aConversation();
    await store.append(stream, 'no-stream', [sent('0')]);
    await listener.received(1);
    await server.process.fault({ muteSubscriptions: true });
    await store.append(stream, 'any', [sent('1')]);
    await listener.received(2);
    await subscription.close();
    expect(listener.events.map(bodyOf)).toEqual(numbers(2));
  });

  it('can be closed while the server is away', async () => {
    const listener = new Listener();
    const subscription = store.subscribeToAll({ after: null }, listener);
    await listener.caughtUp();
    await server.kill();
    await subscription.close();
    await server.restart();
    expect(listener.dropped).toBeNull();
  });
});

describe('catching up with 2,000 events', () => {
  const fill = async (): Promise<readonly RecordedEvent[]> => {
    const [conversation, user] = [aConversation(), aUser()];
    for (let index = 0; index < 10; index += 1) {
      await store.append(conversation, 'any', messages(150));
      await store.append(user, 'any', messages(50, `of ${index}`));
    }
    return (await store.readStream(user, { maxCount: 1_000 })).events;
  };

  it('delivers those of the wanted category, then goes on live', async () => {
    const wanted = await fill();
    const listener = new Listener();
    const subscription = store.subscribeToAll({ after: null, categories: ['user'] }, listener);
    await listener.caughtUp();
    expect(listener.events).toEqual(wanted);
    await store.append(aUser(), 'no-stream', [sent('live')]);
    await listener.received(wanted.length + 1);
    await subscription.close();
    expect(listener.events.slice(wanted.length).map(bodyOf)).toEqual(['live']);
  });

  it('waits for a handler that is slow, and loses none', async () => {
    await fill();
    const gate = new Gate();
    const listener = new Listener(() => gate.pass());
    const subscription = store.subscribeToAll({ after: null, batchMaxEvents: 10 }, listener);
    await gate.reached(1);
    gate.open();
    await listener.received(2_000);
    await subscription.close();
    const positions = listener.events.map(({ position }) => position);
    expect(positions).toEqual([...new Set(positions)].toSorted((one, other) => (one < other ? -1 : 1)));
    expect(positions).toHaveLength(2_000);
  });

  it('holds no more of them than its limit while nobody pulls', async () => {
    const url = ofItsOwn(server.url);
    const { shared, names } = logParts(connectionUrl(url));
    const filler = await openLog(url);
    for (let index = 0; index < 10; index += 1) await filler.append(aConversation(), 'no-stream', messages(200));
    const feed = new ServerFeed(shared, names, {
      after: null,
      categories: undefined,
      windowEvents: 512,
      ordersCheckpoints: true,
    });
    // Checkpoints of what other logs hold may come first.
    while ((await feed.next(1, 5_000)).kind !== 'records');
    // By the time that the server has answered these it has sent what it could.
    for (let reads = 0; reads < 5; reads += 1) await filler.readAll({ after: null, maxCount: 1_000 });
    const held = feed.heldEvents;
    feed.close();
    await filler.close();
    await shared.release();
    expect(held).toBeGreaterThan(0);
    expect(held).toBeLessThanOrEqual(HELD_MAX_EVENTS);
  });
});

describe('a server with nothing but events of its own', () => {
  it('has no head, and a subscriber is caught up at once', async () => {
    const listener = new Listener();
    const subscription = store.subscribeToAll({ after: null }, listener);
    await listener.caughtUp();
    await subscription.close();
    expect(await store.headPosition()).toBeNull();
    expect(await store.readAll({ after: null, maxCount: 10 })).toEqual({ events: [], scannedTo: null, isAtHead: true });
  });

  it('has the head where the last event of the log is, whatever was written after it', async () => {
    const stream = aConversation();
    const { lastPosition } = (await store.append(stream, 'no-stream', messages(3))) as { lastPosition: Position };
    const { events } = await store.readStream(stream, { maxCount: 3 });
    await store.saveSnapshot(stream, {
      revision: events[2]?.revision as never,
      schemaVersion: 1,
      bytes: new Uint8Array([1]),
    });
    const other = await openLog(ofItsOwn(server.url));
    await other.append(aConversation(), 'no-stream', messages(40));
    await other.close();
    expect(await store.headPosition()).toBe(lastPosition);
    expect(await store.readAll({ after: lastPosition, maxCount: 10 })).toEqual({
      events: [],
      scannedTo: lastPosition,
      isAtHead: true,
    });
  });
});
