import fc from 'fast-check';
import { openMongo } from '@verbatim/mongo';
import type { MongoConnection } from '@verbatim/mongo';
import { describeWithEngine, ENGINE_HOOK_MAX_MS } from '@verbatim/testing/engines';
import { StateUnavailableError } from '../errors.js';
import type { Collection } from '../state-store.js';
import { behindDrops } from './lost-replies.fixtures.js';
import type { Fate } from './lost-replies.fixtures.js';
import { MongoCollection } from './mongo-collection.js';
import { startedServer } from './mongo-servers.fixtures.js';
import { StateCalls } from './state-calls.js';
import type { StateRow } from './state-rows.js';

type Person = { readonly name: string };

describeWithEngine('mongo-java-server', (available) => {
  const { running } = startedServer(available);
  let connection: MongoConnection;
  let collections = 0;
  let rowsName: string;
  beforeAll(async () => {
    connection = await openMongo(`${running().url.replace(/\/$/, '')}/state`, { variable: 'STATE_URL' });
  }, ENGINE_HOOK_MAX_MS);
  afterAll(() => connection.close());
  beforeEach(() => {
    rowsName = `state_${(collections += 1)}`;
  });

  const rows = () => connection.db.collection<StateRow>(rowsName);
  const over = (stored: ReturnType<typeof rows>): Collection<Person> =>
    new MongoCollection<Person>(stored, new StateCalls(connection), { name: 'people' });
  const others = (): Collection<Person> => over(rows());
  /** Fates of the calls of one method, in turn. */
  const planned = (method: string, fates: readonly Fate[]) => {
    const left = [...fates];
    return (called: string): Fate => (called === method ? (left.shift() ?? 'passes') : 'passes');
  };
  const mine = (method: string, fates: readonly Fate[], afterDrop?: () => Promise<void>): Collection<Person> =>
    over(behindDrops(rows(), planned(method, fates), afterDrop));

  describe('an insert whose reply is lost', () => {
    it('is told that it was the first, when it was', async () => {
      expect(await mine('insertOne', ['loses its reply']).insert('ada', { name: 'Ada' })).toBe('inserted');
    });
    it('is told so also after another has replaced the document', async () => {
      const replaced = async () => void (await others().replace('ada', { name: 'Eve' }, 1));
      expect(await mine('insertOne', ['loses its reply'], replaced).insert('ada', { name: 'Ada' })).toBe('inserted');
      expect((await others().get('ada'))?.document.name).toBe('Eve');
    });
    it('is told that another was the first, when it never arrived', async () => {
      await others().insert('ada', { name: 'Eve' });
      expect(await mine('insertOne', ['is not sent']).insert('ada', { name: 'Ada' })).toBe('exists');
    });
    it('is sent again when it did not arrive', async () => {
      expect(await mine('insertOne', ['is not sent', 'is not sent']).insert('ada', { name: 'Ada' })).toBe('inserted');
    });
    it('fails as unavailable when no attempt is answered', async () => {
      const never = mine(
        'insertOne',
        Array.from({ length: 9 }, () => 'is not sent' as const),
      );
      await expect(never.insert('ada', { name: 'Ada' })).rejects.toThrow(StateUnavailableError);
    });
  });

  describe('a replacement whose reply is lost', () => {
    beforeEach(() => others().insert('ada', { name: 'Ada' }));

    it('is told that it happened, when it did', async () => {
      expect(await mine('updateOne', ['loses its reply']).replace('ada', { name: 'Ada L.' }, 1)).toBe(true);
      expect((await others().get('ada'))?.version).toBe(2);
    });
    it('happens when it did not arrive at first', async () => {
      expect(await mine('updateOne', ['is not sent']).replace('ada', { name: 'Ada L.' }, 1)).toBe(true);
    });
    it('does not take the replacement of another for its own, and does not deny its own', async () => {
      const replaced = async () => void (await others().replace('ada', { name: 'Eve' }, 2));
      const call = mine('updateOne', ['loses its reply'], replaced).replace('ada', { name: 'Ada L.' }, 1);
      await expect(call).rejects.toThrow(StateUnavailableError);
      expect(await others().get('ada')).toEqual({ id: 'ada', version: 3, document: { name: 'Eve' } });
    });
  });

  describe('a removal whose reply is lost', () => {
    beforeEach(() => others().insert('ada', { name: 'Ada' }));

    it('fails as unavailable: who removed the document cannot be told', async () => {
      await expect(mine('deleteOne', ['loses its reply']).delete('ada', 1)).rejects.toThrow(StateUnavailableError);
      expect(await others().get('ada')).toBeNull();
    });
    it('leaves a document alone that was inserted under the id since', async () => {
      const anew = async () => void (await others().insert('ada', { name: 'Ada II' }));
      await expect(mine('deleteOne', ['loses its reply'], anew).delete('ada', 1)).rejects.toThrow(
        StateUnavailableError,
      );
      expect(await others().get('ada')).toEqual({ id: 'ada', version: 1, document: { name: 'Ada II' } });
    });
    it('happens when it did not arrive at first', async () => {
      expect(await mine('deleteOne', ['is not sent']).delete('ada')).toBe(true);
    });
  });

  it('tells at most one of many racing inserts that it was the first, and that one truly, however the connection drops', async () => {
    const fate = fc.constantFrom<Fate>('passes', 'is not sent', 'loses its reply');
    const plans = fc.array(fc.array(fate, { maxLength: 8 }), { minLength: 2, maxLength: 5 });
    let ids = 0;
    await fc.assert(
      fc.asyncProperty(plans, async (racers) => {
        const id = `race-${(ids += 1)}`;
        const outcomes = await Promise.allSettled(
          racers.map((fates, racer) => {
            const left = [...fates];
            const racing = over(behindDrops(rows(), () => left.shift() ?? 'passes'));
            return racing.insert(id, { name: `${racer}` });
          }),
        );
        const winners = outcomes.flatMap((outcome, racer) =>
          outcome.status === 'fulfilled' && outcome.value === 'inserted' ? [`${racer}`] : [],
        );
        const unclear = outcomes.flatMap((outcome, racer) => (outcome.status === 'rejected' ? [`${racer}`] : []));
        const stored = (await others().get(id))?.document.name;
        // Of whom the stored document may be: of the winner where there is one, else of one who was not told his outcome.
        const owners = winners.length > 0 ? winners : unclear;
        expect(winners.length).toBeLessThanOrEqual(1);
        expect(owners).toContain(stored ?? owners[0]);
        expect(stored !== undefined || unclear.length === racers.length).toBe(true);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
