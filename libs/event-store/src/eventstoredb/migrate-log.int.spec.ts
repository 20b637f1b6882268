import { join } from 'node:path';
import { makeDataFolder } from '@verbatim/testing/scenario';
import type { EventId, EventStore, Position, RecordedEvent } from '../event-store.js';
import { aConversation, aUser, messages } from '../event-store.fixtures.js';
import { LogInUseError, UnfinishedMoveError } from '../errors.js';
import { openSqliteEventStore } from '../sqlite/open-sqlite-event-store.js';
import { ofItsOwn, openLog, ServerUnderTest } from './event-store-db.fixtures.js';
import { migrateLog, type MigrationOptions } from './migrate-log.js';
import { verifyEventStoreDb } from './verify-event-store-db.js';

const server = new ServerUnderTest();
const folder = makeDataFolder('migrating');
afterAll(() => folder.remove());

const onFatal = (error: Error): void => {
  throw error;
};
let logs = 0;
const openSource = (file: string): Promise<EventStore> => openSqliteEventStore({ file, onFatal });

/** Streams whose events lie between each other's. @returns the file */
const aLog = async (rounds: number): Promise<string> => {
  logs += 1;
  const file = join(folder.path, `${logs}.db`);
  const source = await openSource(file);
  const streams = [aConversation(), aConversation(), aUser()];
  for (let round = 0; round < rounds; round += 1)
    for (const [index, stream] of streams.entries()) await source.append(stream, 'any', messages(1 + index));
  await source.close();
  return file;
};

const everything = async (store: EventStore): Promise<readonly RecordedEvent[]> => {
  const all: RecordedEvent[] = [];
  for (let after: Position | null = null; ;) {
    const { events, scannedTo, isAtHead } = await store.readAll({ after, maxCount: 1_000 });
    all.push(...events);
    if (isAtHead) return all;
    after = scannedTo;
  }
};
const withoutPosition = ({ position: _, ...event }: RecordedEvent) => event;

const readBack = async (file: string, url: string) => {
  const [source, target] = [await openSource(file), await openLog(url)];
  const [from, to] = [await everything(source), await everything(target)];
  const identities = [source.identity, target.identity] as const;
  await Promise.all([source.close(), target.close()]);
  return { from, to, identities };
};

const migrate = (file: string, url: string, options: Partial<MigrationOptions> = {}) =>
  migrateLog({ file, url, eventIds: new Set(), onCopied: async () => {}, ...options });

describe('moving an embedded log to EventStoreDB', () => {
  it('keeps every event, its id, its revision and the order of all of them, in a new epoch', async () => {
    const [file, url] = [await aLog(20), ofItsOwn(server.url)];
    const migrated = await migrate(file, url);
    const { from, to, identities } = await readBack(file, url);
    expect(to.map(withoutPosition)).toEqual(from.map(withoutPosition));
    expect(migrated).toMatchObject({ events: 120, copied: 120, headPosition: to.at(-1)?.position });
    expect(identities[1]).toEqual({ ...identities[0], epoch: identities[0].epoch + 1 });
    expect(await verifyEventStoreDb(url)).toMatchObject({ events: 120 });
  });

  it('is written on where the old log ended', async () => {
    const [file, url] = [await aLog(2), ofItsOwn(server.url)];
    await migrate(file, url);
    const target = await openLog(url);
    const [first] = await everything(target);
    const { streamName } = first as RecordedEvent;
    const { headRevision } = await target.readStream(streamName, { maxCount: 1 });
    const outcome = await target.append(streamName, headRevision as never, messages(2));
    await target.close();
    expect(outcome).toMatchObject({ outcome: 'appended', lastRevision: (headRevision ?? 0) + 2 });
    expect(await verifyEventStoreDb(url)).toMatchObject({ events: 14 });
  });

  it('tells where events that somebody remembers are now, before the copy counts as a log', async () => {
    const [file, url] = [await aLog(5), ofItsOwn(server.url)];
    const source = await openSource(file);
    const remembered = (await everything(source))[10] as RecordedEvent;
    await source.close();
    const told: ReadonlyMap<EventId, Position>[] = [];
    const onCopied = async (positions: ReadonlyMap<EventId, Position>) => {
      told.push(positions);
      throw new Error('the power went out');
    };
    const eventIds = new Set([remembered.eventId]);
    await expect(migrate(file, url, { eventIds, onCopied })).rejects.toThrow('the power went out');
    const { copied } = await migrate(file, url, { eventIds, onCopied: async (positions) => void told.push(positions) });
    const { to } = await readBack(file, url);
    expect(told).toEqual([1, 2].map(() => new Map([[remembered.eventId, to[10]?.position]])));
    expect(copied).toBe(0);
  });

  it('cannot be opened until it is through, and not again while it goes on', async () => {
    const [file, url] = [await aLog(3), ofItsOwn(server.url)];
    const opened: unknown[] = [];
    const whileMoving = { onCopied: async () => void opened.push(await openLog(url).catch((error: unknown) => error)) };
    await migrate(file, url, whileMoving);
    await (await openLog(url)).close();
    await migrate(file, url, whileMoving);
    await (await openLog(url)).close();
    expect(opened).toEqual([expect.any(UnfinishedMoveError), expect.any(UnfinishedMoveError)]);
  });

  it('leaves a copy that was finished as it is when there is a reason not to begin', async () => {
    const [file, url] = [await aLog(1), ofItsOwn(server.url)];
    await migrate(file, url);
    const onBegin = () => Promise.reject(new Error('in use since'));
    await expect(migrate(file, url, { onBegin })).rejects.toThrow('in use since');
    await (await openLog(url)).close();
    expect(await verifyEventStoreDb(url)).toMatchObject({ events: 6 });
  });

  it('is no log that can be verified before it is through', async () => {
    const [file, url] = [await aLog(1), ofItsOwn(server.url)];
    const onCopied = () => Promise.reject(new Error('killed'));
    await expect(migrate(file, url, { onCopied })).rejects.toThrow('killed');
    await expect(verifyEventStoreDb(url)).rejects.toBeInstanceOf(UnfinishedMoveError);
  });

  it('goes on where it was broken off, also when the old log has grown since', async () => {
    const [file, url] = [await aLog(10), ofItsOwn(server.url)];
    const breaking = migrate(file, url, {
      onProgress: ({ events }) => {
        if (events >= 30) throw new Error('killed');
      },
    });
    await expect(breaking).rejects.toThrow('killed');
    const source = await openSource(file);
    const last = (await everything(source)).at(-1) as RecordedEvent;
    await source.append(last.streamName, last.revision, messages(5));
    await source.close();
    const { events, copied } = await migrate(file, url);
    const { from, to } = await readBack(file, url);
    expect([events, copied]).toEqual([65, 35]);
    expect(to.map(withoutPosition)).toEqual(from.map(withoutPosition));
  });

  it('outlives a target that is killed in the middle', async () => {
    const [file, url] = [await aLog(20), ofItsOwn(server.url)];
    await server.process.fault({ killAfterAppends: 25 });
    const migrating = migrate(file, url);
    await server.restart();
    await migrating;
    const { from, to } = await readBack(file, url);
    expect(to.map(withoutPosition)).toEqual(from.map(withoutPosition));
  });

  it('refuses while a server has the log open', async () => {
    const file = await aLog(1);
    const running = await openSource(file);
    await expect(migrate(file, ofItsOwn(server.url))).rejects.toBeInstanceOf(LogInUseError);
    await running.close();
  });

  it.each<[string, (url: string, file: string) => Promise<unknown>]>([
    ['is a log of its own', async (url) => (await openLog(url)).close()],
    ['holds another log', async (url) => migrate(await aLog(1), url)],
    [
      'was written to since',
      async (url, file) => {
        await migrate(file, url);
        const target = await openLog(url);
        await target.append(aConversation(), 'no-stream', messages(1));
        await target.close();
      },
    ],
  ])('refuses a target that %s', async (_, fill) => {
    const [file, url] = [await aLog(1), ofItsOwn(server.url)];
    await fill(url, file);
    await expect(migrate(file, url)).rejects.toThrow(/^--to names an event store that/);
  });
});
