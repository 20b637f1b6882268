import Database from 'better-sqlite3';
import { join } from 'node:path';
import type { Revision, StreamName } from '@verbatim/domain';
import { UndecodableEventError } from '../errors.js';
import type { EventStore } from '../event-store.js';
import { aConversation, bodyOf, byAda, Listener, messages, sent } from '../event-store.fixtures.js';
import { positionOfRow } from '../subscription/position.js';
import { HeadMarker } from './head-marker.js';
import { readHead } from './log-head.js';
import { readIdentity } from './log-schema.js';
import { LogWriter } from './log-writer.js';
import { openLog, temporaryFolder } from './sqlite-log.fixtures.js';

const folder = temporaryFolder();

/** Appends, soundly chained, what only a newer program understands. */
const appendFromTheFuture = (file: string, streamName: StreamName): void => {
  const db = new Database(file);
  const writer = new LogWriter(db, readHead(db));
  const header = JSON.stringify({ type: 'MessageSent', schemaVersion: 99, metadata: byAda });
  writer.append([{ streamName, expected: 'any', fields: ['018f0000000070008000000000000001', header, null, '{}'] }]);
  new HeadMarker(file, readIdentity(db).logId, writer.head, 1_000).close();
  db.close();
};

describe('an event that cannot be decoded', () => {
  const file = join(folder(), 'events.db');
  const stream = aConversation();
  let store: EventStore;
  beforeAll(async () => {
    const first = await openLog(file);
    await first.append(stream, 'no-stream', messages(2, 'before'));
    await first.close();
    appendFromTheFuture(file, stream);
    store = await openLog(file);
    await store.append(stream, 2 as Revision, messages(2, 'after'));
  });
  afterAll(() => store.close());

  it('makes a read fail, with its place', async () => {
    const error = await store.readStream(stream, { maxCount: 10 }).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(UndecodableEventError);
    expect(error).toMatchObject({ reason: 'future-version', position: positionOfRow(3), place: { revision: 2 } });
    await expect(store.readAt(positionOfRow(3))).rejects.toThrow(UndecodableEventError);
    await expect(store.readAll({ after: null, maxCount: 10 })).rejects.toThrow(UndecodableEventError);
  });

  it('is left out of a read that wants to be told', async () => {
    const told: UndecodableEventError[] = [];
    const onUndecodable = (error: UndecodableEventError): number => told.push(error);
    const one = await store.readStream(stream, { maxCount: 10, onUndecodable });
    const all = await store.readAll({ after: null, maxCount: 10, onUndecodable });
    expect(one.events.map(bodyOf)).toEqual(['before 0', 'before 1', 'after 0', 'after 1']);
    expect([all.events, all.isAtHead, all.scannedTo]).toEqual([one.events, true, positionOfRow(5)]);
    expect(told.map(({ position }) => position)).toEqual([positionOfRow(3), positionOfRow(3)]);
  });

  it('does not matter to a read of other categories', async () => {
    const { events, isAtHead } = await store.readAll({ after: null, maxCount: 10, categories: ['user'] });
    expect([events, isAtHead]).toEqual([[], true]);
  });

  it('is handed to a subscription in its turn, which then goes on', async () => {
    const story: string[] = [];
    const caughtUp = Promise.withResolvers<void>();
    store.subscribeToAll(
      { after: null },
      {
        onEvents: (events, position) => void story.push(...events.map(bodyOf), `up to ${position}`),
        onUndecodable: ({ position }) => void story.push(`cannot decode ${position}`),
        onCaughtUp: () => caughtUp.resolve(),
      },
    );
    await caughtUp.promise;
    const parts = ['before 0', 'before 1', 'up to 32', 'cannot decode 48', 'after 0', 'after 1', 'up to 80'];
    expect(story).toEqual(parts);
  });

  it('drops a subscription that does not handle it, after what came before', async () => {
    const listener = new Listener();
    store.subscribeToAll({ after: null }, listener);
    await listener.ended();
    expect(listener.events.map(bodyOf)).toEqual(['before 0', 'before 1']);
    expect(listener.dropped).toBeInstanceOf(UndecodableEventError);
  });

  it('does not stop appends', async () => {
    expect(await store.append(aConversation(), 'no-stream', [sent('x')])).toMatchObject({ outcome: 'appended' });
  });
});
