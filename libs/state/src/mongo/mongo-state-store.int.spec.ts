import { openMongo } from '@verbatim/mongo';
import { ForeignStateError } from '../errors.js';
import { openStateStore } from '../open-state-store.js';
import { stateStoreContract } from '../state-store.contract.js';
import { describeOnMongoServers } from './mongo-servers.fixtures.js';

describeOnMongoServers((databases, server) => {
  stateStoreContract(server, () => openStateStore(databases.next()));

  describe('State in a database', () => {
    it('is there again for the next process', async () => {
      const url = databases.next();
      const first = await openStateStore(url);
      await (await first.collection({ name: 'people' })).insert('ada', { name: 'Ada' });
      await first.close();
      const second = await openStateStore(url);
      const people = await second.collection({ name: 'people' });
      expect(await people.get('ada')).toEqual({ id: 'ada', version: 1, document: { name: 'Ada' } });
      await second.close();
    });

    it('is one for all who have it open', async () => {
      const url = databases.next();
      const stores = await Promise.all([openStateStore(url), openStateStore(url), openStateStore(url)]);
      const claims = await Promise.all(stores.map((store) => store.collection<{ by: number }>({ name: 'claims' })));
      for (let round = 0; round < 10; round += 1) {
        const outcomes = await Promise.all(claims.map((claim, by) => claim.insert(`c${round}`, { by })));
        expect(outcomes.toSorted()).toEqual(['exists', 'exists', 'inserted']);
        expect((await claims[0]?.get(`c${round}`))?.document.by).toBe(outcomes.indexOf('inserted'));
      }
      await Promise.all(stores.map((store) => store.close()));
    });

    it('takes any JSON and gives it back unchanged', async () => {
      const store = await openStateStore(databases.next());
      const things = await store.collection<Record<string, unknown>>({ name: 'things', indexedFields: ['text'] });
      const text = 'unpaired \ud800, zero \u0000, operator $gt, line \u2028';
      const thing = { $set: { 'a.b': [1, -0.5, 1e21, 2 ** 53, null, true] }, '': '', _id: 'x', version: 9, text };
      await things.insert('thing', thing);
      expect((await things.get('thing'))?.document).toEqual(thing);
      expect(await things.find('text', text, { limit: 2 })).toHaveLength(1);
      expect(await things.find('text', text.replace('\ud800', '\ufffd'), { limit: 2 })).toEqual([]);
      await store.close();
    });

    it('finds under a new index also what a process without it wrote since', async () => {
      const url = databases.next();
      const [before, now] = await Promise.all([openStateStore(url), openStateStore(url)]);
      const unindexed = await before.collection<{ name: string }>({ name: 'people' });
      await now.collection({ name: 'people', indexedFields: ['name'] });
      await unindexed.insert('ada', { name: 'Ada' });
      const people = await now.collection({ name: 'people', indexedFields: ['name'] });
      expect(await people.find('name', 'Ada', { limit: 1 })).toHaveLength(1);
      await Promise.all([before.close(), now.close()]);
    });

    it('is refused when a later release wrote it', async () => {
      const url = databases.next();
      await (await openStateStore(url)).close();
      const { db, close } = await openMongo(url, { variable: 'STATE_URL' });
      await db.collection<{ _id: string }>('state-layout').updateOne({ _id: 'layout' }, { $set: { version: 2 } });
      await expect(openStateStore(url)).rejects.toThrow(ForeignStateError);
      await close();
    });
  });
});
