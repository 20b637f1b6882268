import type { EventId, LogIdentity, Position } from '@verbatim/event-store';
import { openStateStore, type StateStore } from '@verbatim/state';
import { openProjectorLease } from '../leadership/projector-lease.js';
import { StateMove } from './state-move.js';

const LOG: LogIdentity = { logId: 'a-log', epoch: 2 };
const NO_POSITIONS = new Map<EventId, Position>();

type Document = { readonly name: string; readonly team?: string };

let source: StateStore;
let target: StateStore;
beforeEach(async () => {
  source = await openStateStore('memory:');
  target = await openStateStore('memory:');
});

const people = (state: StateStore) => state.collection<Document>({ name: 'people', indexedFields: ['team'] });

/** So many people, of whom one has been written three times; a collection that nobody here knows; a lease. */
const aState = async (count = 5): Promise<void> => {
  const documents = await people(source);
  for (let number = 0; number < count; number += 1)
    await documents.insert(`p${number}`, { name: `person ${number}`, team: 'red' });
  for (const version of [1, 2]) await documents.replace('p3', { name: 'Ada', team: 'blue' }, version);
  await (await source.collection({ name: 'of-a-later-library' })).insert('thing', { nested: { b: [1], a: null } });
  await (await openProjectorLease(source)).acquire();
};

const contentOf = async (state: StateStore) => {
  const all = [];
  for (const definition of await state.collections()) {
    const documents = await (await state.collection(definition)).list('', { limit: 1_000 });
    if (documents.length > 0) all.push({ ...definition, documents });
  }
  return all;
};
const movingContentOf = async (state: StateStore) =>
  (await contentOf(state)).filter(({ name }) => name !== 'leases' && name !== 'moves');

const moving = async (into = target, log = LOG) => {
  const move = new StateMove(source, into);
  await move.begin(log);
  return move.copy(NO_POSITIONS, () => {});
};

/** The target, whose inserts fail after so many: the process was killed there. */
const failingAfter = (inserts: number): StateStore => {
  let left = inserts;
  return {
    ...target,
    collection: async (definition) => {
      const documents = await target.collection<never>(definition);
      const insert: typeof documents.insert = (...parameters) => {
        if (definition.name !== 'moves' && left-- <= 0) return Promise.reject(new Error('killed'));
        return documents.insert(...parameters);
      };
      return Object.assign(Object.create(documents) as typeof documents, { insert });
    },
  };
};

describe('moving State', () => {
  it('brings every document of whoever, with its version and its indexes, and no lease', async () => {
    await aState();
    expect(await moving()).toEqual({ documents: 6, written: 6 });
    expect(await movingContentOf(target)).toEqual(await movingContentOf(source));
    expect((await contentOf(target)).map(({ name }) => name)).not.toContain('leases');
    expect(await (await people(target)).get('p3')).toMatchObject({ version: 3 });
    expect(await (await people(target)).find('team', 'blue', { limit: 5 })).toHaveLength(1);
  });

  it('changes nothing in the old State', async () => {
    await aState();
    const before = await contentOf(source);
    await moving();
    expect(await contentOf(source)).toEqual(before);
  });

  it('goes on where it was broken off, wherever that was', async () => {
    await aState(200);
    await expect(moving(failingAfter(130))).rejects.toThrow('killed');
    const { documents, written } = await moving();
    expect([documents, written < documents]).toEqual([201, true]);
    expect(await movingContentOf(target)).toEqual(await movingContentOf(source));
    expect(await moving()).toEqual({ documents: 201, written: 0 });
  });

  it('brings what has changed since an earlier copy, also what is gone', async () => {
    await aState();
    await moving();
    const documents = await people(source);
    await documents.replace('p1', { name: 'Bob' }, 1);
    await documents.delete('p2');
    await documents.insert('p0', { name: 'nobody' });
    await documents.insert('p9', { name: 'Carol' });
    expect(await moving()).toEqual({ documents: 6, written: 3 });
    expect(await movingContentOf(target)).toEqual(await movingContentOf(source));
  });

  it('names the same events by their new positions', async () => {
    const eventId = 'event-1' as EventId;
    const checkpoints = { name: 'reactor-checkpoints' };
    await (await source.collection(checkpoints)).insert('relay-v1', { position: '7', eventId }, 4);
    const move = new StateMove(source, target);
    await move.begin(LOG);
    await move.copy(new Map([[eventId, 900n as Position]]), () => {});
    const moved = await (await target.collection(checkpoints)).get('relay-v1');
    expect(moved).toEqual({ id: 'relay-v1', version: 4, document: { position: '900', eventId } });
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'holds another State',
      async () => (await people(target)).insert('eve', { name: 'Eve' }),
      /something else \(people\)/,
    ],
    ['is the State of another log', () => moving(target, { ...LOG, logId: 'another' }), /the State of another log/],
    ['was moved to in another epoch', () => moving(target, { ...LOG, epoch: 3 }), /the State of another log/],
    [
      'is in use since it was moved to',
      async () => {
        await moving();
        await (await people(target)).replace('p1', { name: 'Bob' }, 1);
      },
      /in use already/,
    ],
    [
      'got a collection from somebody else since',
      async () => {
        await expect(moving(failingAfter(2))).rejects.toThrow('killed');
        await (await target.collection({ name: 'strangers' })).insert('eve', {});
      },
      /something else \(strangers\)/,
    ],
  ])('refuses a target that %s, and leaves it as it is', async (_, fill, words) => {
    await aState();
    await fill();
    const before = await contentOf(target);
    await expect(moving()).rejects.toThrow(words);
    expect(await contentOf(target)).toEqual(before);
  });

  it('fails when somebody else writes to the target meanwhile', async () => {
    await aState();
    const move = new StateMove(source, target);
    await move.begin(LOG);
    const documents = await people(target);
    const meanwhile = (walked: number): void => {
      if (walked === 2) void documents.insert('p4', { name: 'Eve' }); // the first of the people
    };
    await expect(move.copy(NO_POSITIONS, meanwhile)).rejects.toThrow(/somebody else/);
  });
});
