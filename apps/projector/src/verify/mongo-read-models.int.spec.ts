import { openMemoryEventStore, openEventStore, type EventStore, type Position } from '@verbatim/event-store';
import { createLogger, createMetrics, systemClock } from '@verbatim/platform';
import { openReadModels, projections, type Guarded, type ReadModelStore } from '@verbatim/read-models';
import { openStateStore, type StateStore } from '@verbatim/state';
import { describeWithEngine, ENGINE_HOOK_MAX_MS, type RunningEngine } from '@verbatim/testing/engines';
import { makeDataFolder, runProgram, type DataFolder } from '@verbatim/testing/scenario';
import { openParkedEvents } from '../parked/state-parked-events.js';
import { rebuild } from '../rebuild/rebuild.js';
import { ProjectionRunner } from '../runner/projection-runner.js';
import { ada, aConversation, bob, People } from '../testkit/people.fixtures.js';
import { verify } from './verify.js';

const REBUILD = 'apps/projector/dist/cli/rebuild.main.js';
const VERIFY = 'apps/projector/dist/cli/verify.main.js';
const TIMEOUT_MS = 60_000;
const NAMES = projections.map(({ name }) => name);

describeWithEngine('mongo-java-server', (available) => {
  let server: RunningEngine;
  let databases = 0;
  beforeAll(async () => {
    server = await available.start();
  }, ENGINE_HOOK_MAX_MS);
  const aDatabase = (): string => `${server.url.replace(/\/$/, '')}/projector_${(databases += 1)}`;

  describe('the commands on read models in a database', () => {
    let data: DataFolder;
    let env: Record<string, string>;
    const tea = aConversation();
    const onFatal = (error: Error): void => {
      throw error;
    };
    const openLog = (): Promise<EventStore> => openEventStore(`sqlite:${data.path}/events.db`, { onFatal });
    beforeEach(async () => {
      data = makeDataFolder('projector');
      env = { DATA_DIR: data.path, READ_MODEL_URL: aDatabase() };
      const log = await openLog();
      const people = new People(log);
      await people.registers(ada, 'ada');
      await people.starts(tea);
      await people.sends(tea, ...Array<string>(200).fill('hello'));
      await log.close();
    });
    afterEach(() => data.remove());

    const opened = async <Result>(work: (store: ReadModelStore) => Promise<Result>): Promise<Result> => {
      const log = await openLog();
      const store = await openReadModels(env['READ_MODEL_URL'] as string, { log: log.identity });
      try {
        return await work(store);
      } finally {
        await store.close();
        await log.close();
      }
    };

    it(
      'make them, rebuild them beside the old ones, and find every document as a replay has it',
      async () => {
        expect(await runProgram(VERIFY, env)).toMatchObject({
          code: 1,
          errorOutput: expect.stringContaining('npm run rebuild'),
        });
        for (const generation of [2, 3]) {
          expect(await runProgram(REBUILD, env)).toMatchObject({
            code: 0,
            output: expect.stringContaining('from 202 events'),
          });
          const verified = await runProgram(VERIFY, env);
          expect(verified).toMatchObject({ code: 0, output: expect.stringContaining(' 0 differ from a replay') });
          const builds = await opened((store) => store.builds());
          expect(builds.map((build) => build.generation)).toEqual(NAMES.map(() => generation));
        }
        await opened(async ({ readModels }) => {
          expect(await readModels.inbox.entry(bob, tea)).toMatchObject({ unread: 200 });
        });
      },
      TIMEOUT_MS,
    );

    it(
      'name a document that is not as a replay has it',
      async () => {
        await runProgram(REBUILD, env);
        await opened(async (store) => {
          const users = projections.find(({ name }) => name === 'users-v1');
          const build = (await store.builds()).find(({ projection }) => projection === 'users-v1');
          const collection = users?.collections[0];
          if (!build?.checkpoint || collection === undefined) throw new Error('no users');
          const [user] = await store.load(build, collection as never, [ada]);
          const lastPosition = ((user as unknown as Guarded).lastPosition + 1n) as Position;
          const documents = [{ ...(user as unknown as object), displayName: 'Eve', lastPosition }];
          await store.write([{ ...build, checkpoint: build.checkpoint, changes: [{ collection, documents }] }]);
        });
        expect(await runProgram(VERIFY, env)).toMatchObject({
          code: 1,
          output: expect.stringContaining(`differs: users_v1_users ${ada}`),
        });
      },
      TIMEOUT_MS,
    );

    it(
      'say in a line what is wrong with the address, without the password in it',
      async () => {
        for (const url of [
          'mongodb://ada:secret@127.0.0.1:1/chat',
          'mongodb://ada:secret@127.0.0.1:1',
          'redis://ada:secret@host',
        ]) {
          const { code, errorOutput } = await runProgram(REBUILD, { ...env, READ_MODEL_URL: url });
          expect(code).toBe(1);
          expect(errorOutput).toContain('READ_MODEL_URL');
          expect(errorOutput).not.toContain('secret');
        }
      },
      TIMEOUT_MS,
    );
  });

  describe('a leader that was deposed and does not know it', () => {
    let log: EventStore;
    let state: StateStore;
    let stores: readonly ReadModelStore[];
    beforeEach(async () => {
      log = openMemoryEventStore();
      state = await openStateStore('memory:');
      const url = aDatabase();
      stores = await Promise.all(
        ['one', 'two', 'three'].map((name) => openReadModels(`${url}?appName=${name}`, { log: log.identity })),
      );
    });
    afterEach(async () => {
      for (const store of stores) await store.close();
      await state.close();
      await log.close();
    });

    it(
      'does no harm beside the new one, nor to a rebuild that goes on',
      async () => {
        const [first, second, third] = stores as [ReadModelStore, ReadModelStore, ReadModelStore];
        const parkedEvents = await openParkedEvents(state);
        const runners = [first, second].map(
          (store) =>
            new ProjectionRunner({
              ...{ eventStore: log, store, parkedEvents, clock: systemClock },
              logger: createLogger({ name: 'spec', level: 'silent' }),
              metrics: createMetrics({ processMetrics: false }),
            }),
        );
        const people = new People(log);
        const tea = aConversation();
        await people.registers(ada, 'ada');
        await people.starts(tea);
        for (const runner of runners) await runner.start();
        for (let count = 0; count < 40; count += 1) await people.sends(tea, `message ${count}`);
        const rebuilding = rebuild({ eventStore: log, store: third, parkedEvents });
        for (let count = 0; count < 40; count += 1) await people.sends(tea, `message ${count} of the time after`);
        await rebuilding;
        const last = await people.sends(tea, 'the last');
        expect(await third.readModels.waitUntil(NAMES, last, TIMEOUT_MS)).toBe(true);
        for (const runner of runners) {
          expect(runner.status().every(({ state: is }) => is === 'live' || is === 'catching-up')).toBe(true);
          await runner.stop();
        }
        expect(await verify({ eventStore: log, store: third })).toMatchObject({ differenceCount: 0, unfolded: [] });
        expect(await third.readModels.inbox.entry(bob, tea)).toMatchObject({ unread: 81 });
      },
      TIMEOUT_MS,
    );
  });
});
