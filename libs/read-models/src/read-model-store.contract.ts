import type { LogIdentity, Position } from '@verbatim/event-store';
import { changesOf, foldInto, textsOf } from './fold-into.fixtures.js';
import { conversationHeads } from './inbox/conversation-head.js';
import { projections } from './projections.js';
import type { ProjectionName } from './read-models.js';
import type { BuildRecord, ReadModelStore } from './read-model-store.js';
import { aConversationId, ada, aLog, aLogIdentity, bob } from './recorded-log.fixtures.js';
import { SupersededBuildError } from './superseded-build-error.js';
import { userDocuments } from './users/users.projection.js';

/** What every engine of read models keeps. `open` gives an empty store. */
export const readModelStoreContract = (adapter: string, open: (log: LogIdentity) => Promise<ReadModelStore>): void => {
  let store: ReadModelStore;
  beforeEach(async () => {
    store = await open(aLogIdentity);
  });
  afterEach(() => store.close());

  const activeBuild = async (name: ProjectionName): Promise<BuildRecord> =>
    (await store.builds()).find(({ projection, status }) => projection === name && status === 'active') as BuildRecord;

  describe(`ReadModelStore contract: ${adapter}`, () => {
    describe('a new store', () => {
      it('has one active build of every projection, without a checkpoint', async () => {
        const builds = await store.builds();
        expect(builds.map(({ projection }) => projection).sort()).toEqual(projections.map(({ name }) => name).sort());
        expect(builds.every(({ status, checkpoint }) => status === 'active' && checkpoint === null)).toBe(true);
      });

      it('finds no document', async () => {
        const build = await activeBuild('users-v1');
        expect(await store.load(build, userDocuments, [ada, bob])).toEqual([null, null]);
      });
    });

    describe('writing', () => {
      it('moves documents and checkpoint together', async () => {
        const { events, last } = aLog().registered(ada, 'ada', 'Ada').direct(1, ada, bob);
        await foldInto(store, events);
        const build = await activeBuild('users-v1');
        expect(build.checkpoint).toEqual({ position: last.position, eventId: last.eventId });
        expect(await store.load(build, userDocuments, [bob, ada])).toEqual([
          null,
          { userId: ada, userName: 'ada', nameKey: 'ada', displayName: 'Ada', lastPosition: 16n },
        ]);
      });

      it('reads back what it wrote, with every kind of value', async () => {
        const { events } = aLog().direct(1, ada, bob).sent(1, ada);
        const build = await activeBuild('inbox-v1');
        const { changes } = await changesOf(store, build, events);
        await foldInto(store, events);
        const written = changes.find(({ collection }) => collection === conversationHeads)?.documents;
        expect(await store.load(build, conversationHeads, [aConversationId(1)])).toEqual(written);
      });

      it('lets no older document replace a newer one', async () => {
        const log = aLog().registered(ada, 'ada').profile(ada, 'new');
        const build = await activeBuild('users-v1');
        const old = await changesOf(store, build, log.events.slice(0, 1));
        await foldInto(store, log.events);
        await store.write([old]);
        expect((await store.load(build, userDocuments, [ada]))[0]?.displayName).toBe('new');
      });

      it('keeps the first document of a key that is written once', async () => {
        const log = aLog().group(1, ada).sent(1, ada);
        await foldInto(store, log.events);
        const before = await textsOf(store, await activeBuild('timeline-v1'));
        await foldInto(store, log.events);
        expect(await textsOf(store, await activeBuild('timeline-v1'))).toEqual(before);
      });

      it('gives the same documents however the log was cut and repeated', async () => {
        const { events } = aLog()
          .group(1, ada, [bob])
          .sent(1, ada)
          .receipt(1, bob, 1, 1)
          .removed(1, ada, bob)
          .sent(1, ada);
        await foldInto(store, events);
        const other = await open({ logId: 'another-log', epoch: 1 });
        for (let end = 1; end <= events.length; end += 1)
          await foldInto(other, events.slice(Math.max(0, end - 2), end));
        for (const build of await store.builds())
          expect(await textsOf(other, build)).toEqual(await textsOf(store, build));
        expect((await textsOf(store, await activeBuild('inbox-v1'))).join()).toContain(bob);
        await other.close();
      });
    });

    describe('scanning', () => {
      it('is in the order of the keys, whatever the order of writing', async () => {
        const log = aLog();
        for (const conversation of [9, 2, 5]) log.direct(conversation, ada, bob);
        for (let count = 0; count < 12; count += 1) log.sent(2, ada);
        await foldInto(store, log.events);
        const keys: string[] = [];
        for (const collection of projections.flatMap(({ name, collections }) =>
          name === 'timeline-v1' ? collections : [],
        ))
          for await (const { key } of store.scan(await activeBuild('timeline-v1'), collection)) keys.push(key);
        expect(keys).toHaveLength(15);
        expect(keys).toEqual([...keys].sort());
      });
    });

    describe('building beside', () => {
      const log = aLog().registered(ada, 'ada').registered(bob, 'bob');

      it('leaves the active build as it is', async () => {
        await foldInto(store, log.events);
        const build = await store.startBuild('users-v1');
        await store.write([await changesOf(store, build, log.events.slice(0, 1))]);
        expect((await store.readModels.users.byName('bob'))?.userId).toBe(bob);
        expect(await store.readModels.checkpoint('users-v1')).toMatchObject({ position: log.last.position });
      });

      it('does not take over while it is behind', async () => {
        await foldInto(store, log.events);
        const build = await store.startBuild('users-v1');
        expect(await store.activate(build)).toBe('behind');
        await store.write([await changesOf(store, build, log.events.slice(0, 1))]);
        expect(await store.activate(build)).toBe('behind');
      });

      it('takes over once it is as far', async () => {
        await foldInto(store, log.events);
        const build = await store.startBuild('users-v1');
        await store.write([await changesOf(store, build, log.events)]);
        expect(await store.activate(build)).toBe('activated');
        expect(await activeBuild('users-v1')).toMatchObject({ generation: build.generation });
        expect((await store.readModels.users.byName('bob'))?.userId).toBe(bob);
      });

      it('refuses what is written for a build that is no more, and all that came with it', async () => {
        await foldInto(store, log.events.slice(0, 1));
        const old = await activeBuild('users-v1');
        const inbox = await activeBuild('inbox-v1');
        const late = [await changesOf(store, inbox, log.events), await changesOf(store, old, log.events)];
        const build = await store.startBuild('users-v1');
        await store.write([await changesOf(store, build, log.events.slice(0, 1))]);
        await store.activate(build);
        expect(await store.write(late)).toBe('superseded');
        expect((await activeBuild('inbox-v1')).checkpoint).toEqual(inbox.checkpoint);
      });

      it('starts anew when it is started twice', async () => {
        const first = await store.startBuild('users-v1');
        const second = await store.startBuild('users-v1');
        await expect(changesOf(store, first, log.events)).rejects.toThrow(SupersededBuildError);
        expect(await store.activate(first)).toBe('superseded');
        expect(await store.write([await changesOf(store, second, log.events)])).toBe('written');
      });
    });

    describe('waiting for a checkpoint', () => {
      const log = aLog().registered(ada, 'ada').registered(bob, 'bob');
      const [first, second] = log.events.map(({ position }) => position) as [Position, Position];
      const longMs = 60_000;

      it('is over at once when it has been passed', async () => {
        await foldInto(store, log.events);
        expect(await store.readModels.waitUntil(['users-v1', 'inbox-v1'], first, 0)).toBe(true);
      });

      it('ends with the write that passes it, of the last projection', async () => {
        const waiting = store.readModels.waitUntil(['users-v1', 'inbox-v1'], second, longMs);
        await foldInto(store, log.events, ['users-v1']);
        await foldInto(store, log.events, ['inbox-v1']);
        expect(await waiting).toBe(true);
      });

      it('gives up after its time', async () => {
        expect(await store.readModels.waitUntil(['users-v1'], first, 1)).toBe(false);
      });

      it('gives up when the store closes', async () => {
        const waiting = store.readModels.waitUntil(['users-v1'], first, longMs);
        await store.close();
        expect(await waiting).toBe(false);
      });
    });
  });
};
