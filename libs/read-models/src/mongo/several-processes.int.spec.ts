import { openMongo } from '@verbatim/mongo';
import type { Position } from '@verbatim/event-store';
import { ReadModelsUnavailableError } from '../errors.js';
import { changesOf, foldInto, textsOf } from '../fold-into.fixtures.js';
import type { ProjectionName } from '../read-models.js';
import type { BuildRecord, ReadModelStore } from '../read-model-store.js';
import { aConversationId, ada, aLog, aLogIdentity, bob } from '../recorded-log.fixtures.js';
import { describeOnMongo } from './mongo-servers.fixtures.js';
import { ACTIVE_BUILDS_MAX_AGE_MS, REPLACED_BUILD_KEPT_MS } from './mongo-limits.js';
import { openMongoReadModels } from './open-mongo-read-models.js';

/** More than anything here takes. */
const PATIENCE_MS = 20_000;

describeOnMongo((databases) => {
  let url: string;
  let nowMs: number;
  let writer: ReadModelStore;
  let reader: ReadModelStore;
  const open = () => openMongoReadModels({ url, log: aLogIdentity, nowMs: () => nowMs });
  beforeEach(async () => {
    url = databases.next();
    nowMs = Date.now();
    [writer, reader] = [await open(), await open()];
  });
  afterEach(async () => {
    await Promise.all([writer.close(), reader.close()]);
  });

  const database = async <Result>(work: (db: Awaited<ReturnType<typeof openMongo>>['db']) => Promise<Result>) => {
    const connection = await openMongo(url, { variable: 'READ_MODEL_URL' });
    try {
      return await work(connection.db);
    } finally {
      await connection.close();
    }
  };
  const collectionNames = (): Promise<readonly string[]> =>
    database(async (db) => (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name));
  const buildOf = async (store: ReadModelStore, name: ProjectionName): Promise<BuildRecord> =>
    (await store.builds()).find(({ projection, status }) => projection === name && status === 'active') as BuildRecord;
  const log = aLog().registered(ada, 'ada').registered(bob, 'bob').direct(1, ada, bob).sent(1, ada);
  const rebuiltUsers = async (): Promise<BuildRecord> => {
    const build = await writer.startBuild('users-v1');
    await writer.write([await changesOf(writer, build, log.events)]);
    expect(await writer.activate(build)).toBe('activated');
    return buildOf(writer, 'users-v1');
  };

  describe('read models that another process writes', () => {
    it('end the wait of a reader when they pass what it waits for', async () => {
      const waits = [1, 2, 3].map(() => reader.readModels.waitUntil(['inbox-v1'], log.last.position, PATIENCE_MS));
      await foldInto(writer, log.events);
      expect(await Promise.all(waits)).toEqual([true, true, true]);
      expect(await reader.readModels.inbox.entry(bob, aConversationId(1))).toMatchObject({ unread: 1, headSeq: 1 });
    });

    it('show a message to who waited for it', async () => {
      await foldInto(writer, log.events);
      expect(await reader.readModels.waitUntil(['timeline-v1', 'membership-v1'], log.last.position, 0)).toBe(true);
      expect(await reader.readModels.timeline.page(bob, aConversationId(1), { kind: 'newest' }, 10)).toMatchObject({
        headSeq: 1,
      });
    });

    it('show no item above the checkpoint of the timeline, where another may be missing', async () => {
      await foldInto(writer, log.events);
      const more = [
        ...log.events,
        ...aLog().direct(1, ada, bob).sent(1, ada).sent(1, ada).sent(1, ada).events.slice(2),
      ];
      const { changes } = await changesOf(writer, await buildOf(writer, 'timeline-v1'), more.slice(-1));
      const [{ documents } = { documents: [] }] = changes;
      const items = `timeline_v1_items_g1`;
      await database((db) =>
        db.collection<{ _id: string }>(items).insertMany(
          documents.map((document) => ({
            _id: `${aConversationId(1)}/0000000003`,
            position: (log.last.position + 32n) as Position,
            ...{ senderId: ada, text: (document as { text: string }).text },
          })),
        ),
      );
      const page = await reader.readModels.timeline.page(bob, aConversationId(1), { kind: 'newest' }, 10);
      expect(page).toMatchObject({ headSeq: 1, toSeq: 1 });
    });

    it('are folded again from the start when somebody emptied the database', async () => {
      await foldInto(writer, log.events);
      const late = await changesOf(writer, await buildOf(writer, 'users-v1'), log.events);
      await database((db) => db.dropDatabase());
      await expect(reader.readModels.checkpoint('users-v1')).rejects.toThrow(ReadModelsUnavailableError);
      expect(await writer.write([late])).toBe('superseded');
      await foldInto(writer, log.events);
      expect((await reader.readModels.users.byName('bob'))?.userId).toBe(bob);
      expect(await reader.readModels.checkpoint('users-v1')).toMatchObject({ position: log.last.position });
    });

    it('are folded again from where they were put back to', async () => {
      await foldInto(writer, log.events.slice(0, 1));
      const records = await database((db) =>
        db.collection<{ _id: string }>('read_models', { useBigInt64: true }).find().toArray(),
      );
      await foldInto(writer, log.events);
      const next = await changesOf(writer, await buildOf(writer, 'users-v1'), log.events);
      for (const { _id, ...record } of records)
        await database((db) => db.collection<{ _id: string }>('read_models').replaceOne({ _id }, record));
      expect(await writer.write([next])).toBe('superseded');
      expect((await buildOf(writer, 'users-v1')).checkpoint?.position).toBe(log.events[0]?.position);
      expect(await writer.write([next])).toBe('written');
    });
  });

  describe('a build that another process put in the place of the active one', () => {
    it('is what readers see within a second, and until then they see the old one whole', async () => {
      await foldInto(writer, log.events);
      expect((await reader.readModels.users.byName('bob'))?.userId).toBe(bob);
      await rebuiltUsers();
      const seenAtMs = performance.now();
      for (;;) {
        expect((await reader.readModels.users.byName('bob'))?.userId).toBe(bob);
        if (performance.now() - seenAtMs > ACTIVE_BUILDS_MAX_AGE_MS) break;
      }
      await database((db) => db.collection('users_v1_users_g1').drop());
      expect((await reader.readModels.users.byName('bob'))?.userId).toBe(bob);
    });

    it('takes the checkpoints with it', async () => {
      await foldInto(writer, log.events);
      const build = await rebuiltUsers();
      expect(await buildOf(reader, 'users-v1')).toEqual(build);
      expect(await reader.readModels.checkpoint('users-v1')).toEqual(build.checkpoint);
    });

    it('leaves the old one to readers for a while; then the next write drops it', async () => {
      await foldInto(writer, log.events);
      await rebuiltUsers();
      await foldInto(writer, log.events);
      expect(await collectionNames()).toContain('users_v1_users_g1');
      nowMs += REPLACED_BUILD_KEPT_MS;
      await foldInto(writer, log.events);
      await writer.close();
      expect(await collectionNames()).not.toContain('users_v1_users_g1');
      expect((await reader.readModels.users.byName('bob'))?.userId).toBe(bob);
    });

    it('is not harmed by what the writer of the old one still has on its way', async () => {
      await foldInto(writer, log.events.slice(0, 1));
      const late = await changesOf(reader, await buildOf(reader, 'users-v1'), log.events);
      await rebuiltUsers();
      const before = await textsOf(writer, await buildOf(writer, 'users-v1'));
      expect(await reader.write([late])).toBe('superseded');
      expect(await textsOf(writer, await buildOf(writer, 'users-v1'))).toEqual(before);
    });

    it('is followed by one start of a rebuild that clears away what nothing names any more', async () => {
      await database((db) => db.collection('users_v1_users_g0').insertOne({ displayName: 'nobody' }));
      await database((db) => db.collection('users_v1_users_g99').insertOne({ displayName: 'of a later release' }));
      const thrownAway = await writer.startBuild('users-v1');
      await writer.write([await changesOf(writer, thrownAway, log.events)]);
      await writer.startBuild('users-v1');
      const names = await collectionNames();
      expect(names.filter((name) => name.startsWith('users_v1_users_g')).sort()).toEqual([
        'users_v1_users_g1',
        'users_v1_users_g3',
        'users_v1_users_g99',
      ]);
    });

    it('is one, however many start at once', async () => {
      await foldInto(writer, log.events);
      const builds = await Promise.all([writer, reader].map((store) => store.startBuild('users-v1')));
      expect(new Set(builds.map(({ generation }) => generation)).size).toBe(2);
      const building = (await reader.builds()).filter(({ status }) => status === 'building');
      expect(building).toHaveLength(1);
    });
  });
});
