import { openMongo, type MongoConnection } from '@verbatim/mongo';
import type { LogIdentity } from '@verbatim/event-store';
import { DamagedReadModelsError, ForeignReadModelsDatabaseError, OtherLogReadModelsError } from '../errors.js';
import { foldInto } from '../fold-into.fixtures.js';
import { openReadModels, openReadModelsToRebuild } from '../open-read-models.js';
import { aConversationId, ada, aLog, aLogIdentity, bob } from '../recorded-log.fixtures.js';
import { describeOnMongo } from './mongo-servers.fixtures.js';

const anotherLog: LogIdentity = { logId: 'another', epoch: 1 };

describeOnMongo((databases) => {
  let url: string;
  let connection: MongoConnection;
  beforeEach(async () => {
    url = databases.next();
    connection = await openMongo(url, { variable: 'READ_MODEL_URL' });
  });
  afterEach(() => connection.close());

  const { events, last } = aLog().direct(1, ada, bob).sent(1, ada);
  const filled = async (): Promise<void> => {
    const store = await openReadModels(url, { log: aLogIdentity });
    await foldInto(store, events);
    await store.close();
  };
  const collectionNames = async (): Promise<readonly string[]> =>
    (await connection.db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name).sort();
  const changeLogRecord = (set: object) =>
    connection.db.collection<{ _id: string }>('read_models').updateOne({ _id: 'log' }, { $set: set });

  describe('the database of the read models', () => {
    it('holds documents and checkpoints over a restart', async () => {
      await filled();
      const store = await openReadModels(url, { log: aLogIdentity });
      expect((await store.readModels.checkpoint('inbox-v1'))?.eventId).toBe(last.eventId);
      expect(await store.readModels.inbox.entry(bob, aConversationId(1))).toMatchObject({ unread: 1 });
      expect(await store.readModels.waitUntil(['inbox-v1'], last.position, 0)).toBe(true);
      await store.close();
    });

    it('is made by whichever of many processes comes first', async () => {
      const stores = await Promise.all([1, 2, 3, 4].map(() => openReadModels(url, { log: aLogIdentity })));
      await foldInto(stores[0] as never, events);
      for (const store of stores) {
        expect(await store.readModels.inbox.entry(bob, aConversationId(1))).toMatchObject({ unread: 1 });
        await store.close();
      }
    });

    it('is not opened for another log or another epoch of the same one, and the variable is named', async () => {
      await filled();
      for (const log of [anotherLog, { ...aLogIdentity, epoch: 2 }]) {
        await expect(openReadModels(url, { log })).rejects.toThrow(OtherLogReadModelsError);
        await expect(openReadModels(url, { log })).rejects.toThrow(/READ_MODEL_URL .*npm run rebuild/);
      }
    });

    it('is made anew for a rebuild when it is of another log, above every generation that it had', async () => {
      await filled();
      const store = await openReadModelsToRebuild(url, { log: anotherLog });
      expect((await store.builds()).map(({ generation, checkpoint }) => [generation, checkpoint])).toEqual(
        Array.from({ length: 5 }, () => [2, null]),
      );
      expect(await store.readModels.inbox.entry(bob, aConversationId(1))).toBeNull();
      expect((await collectionNames()).filter((name) => name.endsWith('_g1'))).toEqual([]);
      await store.close();
      await expect(openReadModels(url, { log: aLogIdentity })).rejects.toThrow(OtherLogReadModelsError);
    });

    it('is kept by a rebuild when it is of this log', async () => {
      await filled();
      const store = await openReadModelsToRebuild(url, { log: aLogIdentity });
      expect(await store.readModels.inbox.entry(bob, aConversationId(1))).toMatchObject({ unread: 1 });
      await store.close();
    });

    it('is refused with what to do when it has another layout', async () => {
      await filled();
      await changeLogRecord({ layout: 99 });
      await expect(openReadModels(url, { log: aLogIdentity })).rejects.toThrow(DamagedReadModelsError);
      await expect(openReadModels(url, { log: aLogIdentity })).rejects.toThrow(/layout 99.*npm run rebuild/);
      await (await openReadModelsToRebuild(url, { log: aLogIdentity })).close();
      await (await openReadModels(url, { log: aLogIdentity })).close();
    });

    it('is not touched when it holds what is not ours', async () => {
      const recipes = connection.db.collection('recipes');
      await recipes.insertOne({ name: 'tea' });
      for (const open of [openReadModels, openReadModelsToRebuild]) {
        await expect(open(url, { log: aLogIdentity })).rejects.toThrow(ForeignReadModelsDatabaseError);
        await expect(open(url, { log: aLogIdentity })).rejects.toThrow(/READ_MODEL_URL holds "recipes"/);
      }
      expect(await collectionNames()).toEqual(['recipes']);
      expect(await recipes.countDocuments()).toBe(1);
    });

    it('leaves what others put beside ours, also when ours is made anew', async () => {
      await filled();
      await connection.db.collection('recipes_g1').insertOne({ name: 'tea' });
      await (await openReadModelsToRebuild(url, { log: anotherLog })).close();
      expect(await collectionNames()).toContain('recipes_g1');
    });

    it.each(['redis://host/0', 'memory:', 'data/read-models.db'])('is not looked for at %s', async (wrong) => {
      await expect(openReadModels(wrong, { log: aLogIdentity })).rejects.toThrow('starts with sqlite: or mongodb:');
    });
  });
});
