import { StateBusyError } from './errors.js';
import type { Collection, StateStore, StoredDocument } from './state-store.js';
import { STATE_DOCUMENT_MAX_BYTES, STATE_PAGE_MAX } from './state-store.js';

type Person = { readonly name: string; readonly team?: string | number | null };

/** What every State adapter promises. `open` gives an empty store each time. */
export const stateStoreContract = (adapter: string, open: () => Promise<StateStore>): void =>
  describe(`StateStore contract: ${adapter}`, () => {
    let store: StateStore;
    let people: Collection<Person>;
    const definition = { name: 'people', indexedFields: ['team'] };
    beforeEach(async () => {
      store = await open();
      people = await store.collection<Person>(definition);
    });
    afterEach(() => store.close());

    writing(() => people);
    reading(() => people);
    describe('refusals', () => {
      it.each(['', 'a b', 'ä', 'x'.repeat(201), 'a\u0000'])('takes no id %j', async (id) => {
        await expect(people.insert(id, { name: 'Ada' })).rejects.toThrow(RangeError);
        await expect(people.get(id)).rejects.toThrow(RangeError);
      });
      it('takes a document of the largest size and none above it', async () => {
        const shell = JSON.stringify({ name: '' }).length;
        const largest = { name: 'x'.repeat(STATE_DOCUMENT_MAX_BYTES - shell) };
        expect(await people.insert('largest', largest)).toBe('inserted');
        await expect(people.insert('larger', { name: `${largest.name}x` })).rejects.toThrow(RangeError);
      });
      it('asks only fields that have an index', async () => {
        await expect(people.find('name', 'Ada', { limit: 1 })).rejects.toThrow(RangeError);
      });
      it.each([0, 1.5, STATE_PAGE_MAX + 1])('gives no page of %d', async (limit) => {
        await expect(people.list('', { limit })).rejects.toThrow(RangeError);
      });
      it.each(['', 'People', 'people"', '1people'])('opens no collection named %j', async (name) => {
        await expect(store.collection({ name })).rejects.toThrow(RangeError);
      });
    });
    it('keeps collections apart', async () => {
      const others = await store.collection<Person>({ name: 'others' });
      await people.insert('ada', { name: 'Ada' });
      expect(await others.get('ada')).toBeNull();
    });
    it('shows one collection to all who open it', async () => {
      await people.insert('ada', { name: 'Ada' });
      const again = await store.collection<Person>(definition);
      expect((await again.get('ada'))?.document).toEqual({ name: 'Ada' });
    });
    it('serves an index over documents that were there before it', async () => {
      await people.insert('ada', { name: 'Ada' });
      const byName = await store.collection<Person>({ name: 'people', indexedFields: ['name'] });
      expect(await byName.find('name', 'Ada', { limit: 1 })).toHaveLength(1);
    });
    it('names every collection that holds documents, with the fields that are indexed', async () => {
      const others = await store.collection<Person>({ name: 'other-people', indexedFields: ['team', 'name'] });
      const plain = await store.collection<Person>({ name: 'more' });
      await Promise.all([people, others, plain].map((each) => each.insert('ada', { name: 'Ada' })));
      expect(await store.collections()).toEqual([
        { name: 'more', indexedFields: [] },
        { name: 'other-people', indexedFields: ['name', 'team'] },
        { name: 'people', indexedFields: ['team'] },
      ]);
    });
    it('finishes the writes under way before it closes', async () => {
      const writes = Array.from({ length: 1_200 }, (_, index) => people.insert(`p${index}`, { name: 'Ada' }));
      const settled = Promise.allSettled(writes);
      await store.close();
      const outcomes = await settled;
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(StateBusyError);
        else expect(outcome.value).toBe('inserted');
      }
      expect(outcomes[0]?.status).toBe('fulfilled');
    });
  });

const writing = (people: () => Collection<Person>): void =>
  describe('writing', () => {
    it('inserts an id once', async () => {
      expect(await people().insert('ada', { name: 'Ada' })).toBe('inserted');
      expect(await people().insert('ada', { name: 'Eve' })).toBe('exists');
      expect(await people().get('ada')).toEqual({ id: 'ada', version: 1, document: { name: 'Ada' } });
    });
    it('tells exactly one of fifty inserts at once that it was the first', async () => {
      const names = Array.from({ length: 50 }, (_, index) => `name ${index}`);
      const outcomes = await Promise.all(names.map((name) => people().insert('ada', { name })));
      expect(outcomes.filter((outcome) => outcome === 'inserted')).toHaveLength(1);
      expect((await people().get('ada'))?.document.name).toBe(names[outcomes.indexOf('inserted')]);
    });
    it('inserts a document at the version that it had elsewhere, and counts on from there', async () => {
      expect(await people().insert('ada', { name: 'Ada', team: 'red' }, 7)).toBe('inserted');
      expect(await people().insert('ada', { name: 'Eve' }, 9)).toBe('exists');
      expect(await people().replace('ada', { name: 'Eve' }, 1)).toBe(false);
      expect(await people().replace('ada', { name: 'Ada L.', team: 'red' }, 7)).toBe(true);
      const ada = { id: 'ada', version: 8, document: { name: 'Ada L.', team: 'red' } };
      expect(await people().find('team', 'red', { limit: 2 })).toEqual([ada]);
    });
    it.each([0, 1.5, -1, 2 ** 53])('inserts nothing at version %d', async (version) => {
      await expect(people().insert('ada', { name: 'Ada' }, version)).rejects.toThrow(RangeError);
    });
    it('replaces the version that was read and no other', async () => {
      await people().insert('ada', { name: 'Ada' });
      expect(await people().replace('ada', { name: 'Ada L.' }, 1)).toBe(true);
      expect(await people().replace('ada', { name: 'Eve' }, 1)).toBe(false);
      expect(await people().get('ada')).toEqual({ id: 'ada', version: 2, document: { name: 'Ada L.' } });
    });
    it('lets exactly one of ten replacements at once through', async () => {
      await people().insert('ada', { name: 'Ada' });
      const outcomes = await Promise.all([...'0123456789'].map((name) => people().replace('ada', { name }, 1)));
      expect(outcomes.filter(Boolean)).toHaveLength(1);
      expect((await people().get('ada'))?.version).toBe(2);
    });
    it('replaces nothing that is not there', async () => {
      expect(await people().replace('ada', { name: 'Ada' }, 1)).toBe(false);
      expect(await people().get('ada')).toBeNull();
    });
    it('deletes once', async () => {
      await people().insert('ada', { name: 'Ada' });
      expect(await people().delete('ada')).toBe(true);
      expect(await people().delete('ada')).toBe(false);
      expect(await people().get('ada')).toBeNull();
    });
    it('deletes the named version only', async () => {
      await people().insert('ada', { name: 'Ada' });
      expect(await people().delete('ada', 2)).toBe(false);
      expect(await people().delete('ada', 1)).toBe(true);
    });
    it('takes a deleted id anew', async () => {
      await people().insert('ada', { name: 'Ada' });
      await people().delete('ada');
      expect(await people().insert('ada', { name: 'Ada' })).toBe('inserted');
    });
    it('keeps what was written, whatever happens to the object afterwards', async () => {
      const ada = { name: 'Ada' };
      await people().insert('ada', ada);
      ada.name = 'Eve';
      const read = (await people().get('ada')) as StoredDocument<{ name: string }>;
      read.document.name = 'Mallory';
      expect((await people().get('ada'))?.document.name).toBe('Ada');
    });
    it('keeps text of every script and unpaired quotes', async () => {
      const name = 'Ада "ليلى" \\ \u2028 😀 $where';
      await people().insert('ada', { name, team: name });
      expect((await people().find('team', name, { limit: 1 }))[0]?.document.name).toBe(name);
    });
  });

const reading = (people: () => Collection<Person>): void =>
  describe('reading', () => {
    const insertAll = (...entries: [string, Person['team']][]): Promise<unknown> =>
      Promise.all(
        entries.map(([id, team]) => people().insert(id, team === undefined ? { name: id } : { name: id, team })),
      );
    const ids = (found: readonly { id: string }[]): string[] => found.map(({ id }) => id);

    it('finds by an indexed text, in the order of ids', async () => {
      await insertAll(['c', 'red'], ['a', 'red'], ['b', 'blue'], ['d', undefined]);
      expect(ids(await people().find('team', 'red', { limit: 10 }))).toEqual(['a', 'c']);
    });
    it('finds a document under its new value after a replacement, and not under the old one', async () => {
      await insertAll(['a', 'red']);
      await people().replace('a', { name: 'a', team: 'blue' }, 1);
      expect(ids(await people().find('team', 'red', { limit: 10 }))).toEqual([]);
      expect(ids(await people().find('team', 'blue', { limit: 10 }))).toEqual(['a']);
    });
    it('finds texts only', async () => {
      await insertAll(['a', 7], ['b', null], ['c', '7']);
      expect(ids(await people().find('team', '7', { limit: 10 }))).toEqual(['c']);
    });
    it('pages through what it finds', async () => {
      await insertAll(['a', 'red'], ['b', 'red'], ['c', 'red']);
      expect(ids(await people().find('team', 'red', { limit: 2 }))).toEqual(['a', 'b']);
      expect(ids(await people().find('team', 'red', { after: 'b', limit: 2 }))).toEqual(['c']);
    });
    it('lists by prefix in the order of bytes', async () => {
      await insertAll(['x:b', undefined], ['x:~', undefined], ['x:B', undefined], ['y', undefined], ['x', undefined]);
      expect(ids(await people().list('x:', { limit: 10 }))).toEqual(['x:B', 'x:b', 'x:~']);
      expect(ids(await people().list('x:', { after: 'x:B', limit: 1 }))).toEqual(['x:b']);
      expect(await people().list('', { limit: 10 })).toHaveLength(5);
    });
  });
