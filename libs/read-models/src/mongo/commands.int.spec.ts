import { openMongo, type MongoConnection } from '@verbatim/mongo';
import { describeWithExternalEngine, ENGINE_HOOK_MAX_MS } from '@verbatim/testing/engines';
import { changesOf, foldInto, textsOf } from '../fold-into.fixtures.js';
import { projections } from '../projections.js';
import type { ReadModelStore } from '../read-model-store.js';
import { aCommandId, aConversationId, ada, aLog, aLogIdentity, bob, cleo } from '../recorded-log.fixtures.js';
import { looksIn, looksWithoutIndex, operatorsIn, recordCommands, type SentCommand } from './command-rules.fixtures.js';
import { describeOnMongo } from './mongo-servers.fixtures.js';
import { REPLACED_BUILD_KEPT_MS, WRITE_CALL_MAX_MS } from './mongo-limits.js';
import { openMongoReadModels } from './open-mongo-read-models.js';
import { ScratchDatabases } from './scratch-databases.fixtures.js';

/** All that this adapter may ask of a server: what MongoDB, FerretDB, DocumentDB and Cosmos have in common. */
const COMMANDS = ['count', 'createIndexes', 'drop', 'find', 'insert', 'listCollections', 'update'];
const OPERATORS = ['$gt', '$gte', '$in', '$lt', '$lte', '$nin', '$set'];

const log = aLog().registered(ada, 'ada').registered(bob, 'bob').profile(ada, 'Ada').direct(1, ada, bob);
log.group(2, ada, [bob, cleo]).sent(2, ada, 'one', aCommandId(7)).sent(1, ada).receipt(1, bob, 1, 0).sent(2, cleo);
log.removed(2, ada, cleo).sent(2, ada);

/** Every call of the port, and what becomes of documents that are written twice. */
const callEverything = async (store: ReadModelStore, later: () => void): Promise<void> => {
  await foldInto(store, log.events.slice(0, 6));
  await foldInto(store, log.events);
  for (const build of await store.builds()) await textsOf(store, build);
  const { membership, timeline, inbox, users, messageIds } = store.readModels;
  await Promise.all([membership.ofUser(bob), membership.ofUserIn(bob, aConversationId(2))]);
  await Promise.all([null, ada].map((after) => membership.page(aConversationId(2), after, 2)));
  for (const range of [{ kind: 'newest' }, { kind: 'before', seq: 2 }, { kind: 'after', seq: 0 }] as const)
    for (const user of [bob, cleo]) await timeline.page(user, aConversationId(2), range, 2);
  const { next } = await inbox.page(bob, null, 1);
  await Promise.all([inbox.page(bob, next, 1), inbox.page(cleo, null, 9), inbox.entry(bob, aConversationId(1))]);
  await inbox.receipts(aConversationId(2), ada, 9);
  await Promise.all([users.byId(ada), users.byName('ada'), users.byIds([ada, bob])]);
  await messageIds.find(aConversationId(2), ada, aCommandId(7));
  await messageIds.completeToSeq(aConversationId(2));
  await store.readModels.checkpoint('inbox-v1');
  await store.readModels.waitUntil(['inbox-v1'], log.last.position, 0);
  for (const { name } of projections) {
    const build = await store.startBuild(name);
    await store.write([await changesOf(store, build, log.events)]);
    await store.activate(build);
  }
  later();
  await store.startBuild('users-v1');
  await store.close();
};

const recorded = async (url: string): Promise<{ sent: readonly SentCommand[]; connection: MongoConnection }> => {
  const sent: SentCommand[] = [];
  // The connections that the store shares: one for queries, one for long calls.
  const connection = await openMongo(url, { variable: 'READ_MODEL_URL' });
  const long = await openMongo(url, { variable: 'READ_MODEL_URL', callMaxMs: WRITE_CALL_MAX_MS });
  for (const { db } of [connection, long]) recordCommands(db, sent);
  let nowMs = Date.now();
  const store = await openMongoReadModels({ url, log: aLogIdentity, nowMs: () => nowMs });
  await callEverything(store, () => {
    nowMs += REPLACED_BUILD_KEPT_MS;
  });
  await long.close();
  return { sent: [...sent], connection };
};

describeOnMongo((databases) => {
  describe('what the adapter asks of the server', () => {
    let sent: readonly SentCommand[];
    let connection: MongoConnection;
    beforeAll(async () => {
      ({ sent, connection } = await recorded(databases.next('monitorCommands=true')));
    }, ENGINE_HOOK_MAX_MS);
    afterAll(() => connection.close());

    it('is no other command than these', () => {
      expect([...new Set(sent.map(({ name }) => name))].toSorted()).toEqual(COMMANDS);
    });

    it('has no other operator than these', () => {
      const operators = new Set(sent.flatMap(({ command }) => operatorsIn(command)));
      expect([...operators].toSorted()).toEqual(OPERATORS);
    });

    it('is found through an index, every time', async () => {
      // Whatever the generation: the first is dropped by now.
      const looks = sent
        .flatMap(looksIn)
        .map((look) => ({ ...look, collection: look.collection.replace(/_g1$/, '_g2') }));
      expect(looks.length).toBeGreaterThan(100);
      expect(await looksWithoutIndex(connection.db, looks)).toEqual([]);
    });

    it('would be told from what no index leads to', async () => {
      const { collectionName } = connection.db.collection('users_v1_users_g2');
      const look = (filter: object, sort = {}) => ({ collection: collectionName, filter, sort });
      const without = [
        look({ displayName: 'Ada' }),
        look({ nameKey: 'ada' }, { displayName: 1 }),
        look({}, { userName: 1 }),
      ];
      const looks = [look({ nameKey: 'ada' }), look({ nameKey: 'ada' }, { lastPosition: -1 }), look({ _id: ada })];
      expect(await looksWithoutIndex(connection.db, [...looks, ...without])).toEqual(without);
    });
  });
});

describeWithExternalEngine('read-model', (url) => {
  const databases = new ScratchDatabases(() => url);
  afterAll(() => databases.drop(), ENGINE_HOOK_MAX_MS);

  it('plans no query as a scan of a collection', async () => {
    const { sent, connection } = await recorded(databases.next('monitorCommands=true'));
    const queries = sent.filter(({ name }) => name === 'find' || name === 'count');
    for (const { command } of queries) {
      const { lsid: _, $db: __, $clusterTime: ___, readConcern: ____, ...explain } = command;
      const plan = await connection.db.command({ explain, verbosity: 'queryPlanner' });
      expect(
        JSON.stringify(plan, (_name, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)),
      ).not.toContain('COLLSCAN');
    }
    await connection.close();
  });
});
