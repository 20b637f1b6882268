import { describeWithEngines, ENGINE_HOOK_MAX_MS, proxy, type FaultProxy } from '@verbatim/testing/engines';
import { ReadModelsUnavailableError } from '../errors.js';
import { changesOf, foldInto } from '../fold-into.fixtures.js';
import { openReadModels } from '../open-read-models.js';
import type { ReadModelStore } from '../read-model-store.js';
import { aCommandId, aConversationId, ada, aLog, aLogIdentity, bob } from '../recorded-log.fixtures.js';
import { ScratchDatabases } from './scratch-databases.fixtures.js';

const TIMEOUT_MS = 60_000;

/** Connections that hung are closed by then: a call may still meet one of them. */
const onceItAnswers = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  for (;;)
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ReadModelsUnavailableError)) throw error;
    }
};

describeWithEngines(['mongo-java-server', 'toxiproxy'], (engines) => {
  describe('a database that hangs', () => {
    let way: FaultProxy;
    let store: ReadModelStore;
    beforeAll(async () => {
      const [server, toxiproxy] = await Promise.all([engines['mongo-java-server'].start(), engines.toxiproxy.start()]);
      way = await proxy(toxiproxy, server.url);
      store = await openReadModels(new ScratchDatabases(() => way.url).next(), { log: aLogIdentity });
    }, ENGINE_HOOK_MAX_MS);
    afterAll(() => store.close());

    it(
      'fails every call in its time, and serves the next ones when it goes on',
      async () => {
        const log = aLog().registered(ada, 'ada').direct(1, ada, bob).sent(1, ada);
        await foldInto(store, log.events.slice(0, 2));
        const [build] = await store.builds();
        const next = await changesOf(store, build as never, log.events.slice(2));
        const { readModels } = store;
        await way.hang();
        const answers = await Promise.allSettled([
          readModels.membership.ofUser(ada),
          readModels.timeline.page(ada, aConversationId(1), { kind: 'newest' }, 5),
          readModels.inbox.page(ada, null, 5),
          readModels.users.byId(ada),
          readModels.messageIds.find(aConversationId(1), ada, aCommandId(1)),
          readModels.checkpoint('users-v1'),
        ]);
        for (const answer of answers)
          expect(answer).toMatchObject({ status: 'rejected', reason: expect.any(ReadModelsUnavailableError) });
        for (const timeoutMs of [0, 10])
          expect(await readModels.waitUntil(['inbox-v1'], log.last.position, timeoutMs)).toBe(false);
        const writing = store.write([next]).catch((error: unknown) => error);
        expect(await writing).toBeInstanceOf(ReadModelsUnavailableError);
        await way.heal();
        expect(await onceItAnswers(() => store.write([next]))).toBe('written');
        await onceItAnswers(() => foldInto(store, log.events));
        const entry = await onceItAnswers(() => readModels.inbox.entry(bob, aConversationId(1)));
        expect(entry).toMatchObject({ unread: 1 });
      },
      TIMEOUT_MS,
    );
  });
});
