import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openEventStore, type EventStore } from '@verbatim/event-store';
import { openStateStore, type StateStore } from '@verbatim/state';
import { ENGINE_HOOK_MAX_MS, describeWithEngines } from '@verbatim/testing/engines';
import { makeDataFolder, runProgram, type DataFolder } from '@verbatim/testing/scenario';
import { openReactorCheckpoints } from '../reactors/reactor-checkpoints.js';
import { aConversation, People } from '../testkit/people.fixtures.js';

const MIGRATE = 'apps/projector/dist/cli/migrate.main.js';
const MAIN = fileURLToPath(new URL('../../dist/cli/migrate.main.js', import.meta.url));
/** Programs start, on a busy machine. */
const TEST_MAX_MS = 120_000;
/** Takes some seconds to be copied: there is a middle in which to kill. */
const ACCOUNTS = 5_000;
const DEFINITION = { name: 'accounts', indexedFields: ['userName'] };

const onFatal = (error: Error): void => {
  throw error;
};

describeWithEngines(['event-store-server', 'mongo-java-server'], (engines) => {
  let folder: DataFolder;
  let eventStoreUrl: string;
  let stateUrl: string;
  beforeAll(async () => {
    folder = makeDataFolder('killed-move');
    const [eventStore, mongo] = await Promise.all([
      engines['event-store-server'].start(),
      engines['mongo-java-server'].start(),
    ]);
    eventStoreUrl = eventStore.url;
    stateUrl = `${mongo.url}/state`;
  }, ENGINE_HOOK_MAX_MS);
  afterAll(() => folder.remove());

  const open = (url: string): Promise<EventStore> => openEventStore(url, { onFatal });
  const oldLog = (): Promise<EventStore> => open(`sqlite:${join(folder.path, 'events.db')}`);
  const oldState = (): Promise<StateStore> => openStateStore(`sqlite:${join(folder.path, 'state.db')}`);

  /** Some messages, a reactor that has handled them all but the last, and many accounts. */
  const aPlatform = async (): Promise<void> => {
    const log = await oldLog();
    const people = new People(log);
    const tea = aConversation();
    for (let round = 0; round < 5; round += 1) await people.sends(tea, `tea ${round}`);
    const { events } = await log.readAll({ after: null, maxCount: 10 });
    await log.close();
    const state = await oldState();
    const accounts = await state.collection(DEFINITION);
    const numbers = Array.from({ length: ACCOUNTS }, (_, number) => String(number).padStart(5, '0'));
    await Promise.all(numbers.map((number) => accounts.insert(number, { userName: `p${number}` })));
    await (await openReactorCheckpoints(state))('relay-v1').save(events.at(-2) as never);
    await state.close();
  };

  /** Killed as soon as the first account is there. */
  const killedMove = async (): Promise<void> => {
    const words = ['--to', eventStoreUrl, '--state', stateUrl];
    const child = spawn(process.execPath, [MAIN, ...words], {
      env: { PATH: process.env['PATH'] ?? '', DATA_DIR: folder.path },
      stdio: 'ignore',
    });
    const closed = once(child, 'close');
    const target = await openStateStore(stateUrl);
    const accounts = await target.collection(DEFINITION);
    while (child.exitCode === null && (await accounts.list('', { limit: 1 })).length === 0);
    child.kill('SIGKILL');
    await closed;
    await target.close();
  };

  const accountsIn = async (state: StateStore) => {
    const accounts = await state.collection(DEFINITION);
    const pages = [];
    for (let after = '!'; ;) {
      const page = await accounts.list('', { limit: 1_000, after });
      pages.push(...page);
      if (page.length < 1_000) return pages;
      after = page.at(-1)?.id as string;
    }
  };

  it(
    'a move that was killed while State was copied leaves nothing that can be started, and goes on',
    async () => {
      await aPlatform();
      await killedMove();
      await expect(open(eventStoreUrl)).rejects.toThrow('run "npm run migrate" once more');
      const words = ['--to', eventStoreUrl, '--state', stateUrl];
      const { code, output, errorOutput } = await runProgram(MIGRATE, { DATA_DIR: folder.path }, words);
      expect({ code, errorOutput }).toEqual({ code: 0, errorOutput: '' });
      const [, written, present] = /^copied (\d+) documents of State, (\d+) were there/m.exec(output) ?? [];
      expect(Number(present)).toBeGreaterThan(0);
      expect(Number(written) + Number(present)).toBe(ACCOUNTS + 1);

      const [source, target, log] = [await oldState(), await openStateStore(stateUrl), await open(eventStoreUrl)];
      expect(await accountsIn(target)).toEqual(await accountsIn(source));
      const checkpoint = await (await openReactorCheckpoints(target))('relay-v1').load();
      const { events } = await log.readAll({ after: checkpoint?.position ?? null, maxCount: 10 });
      expect(events).toHaveLength(1);
      await Promise.all([source.close(), target.close(), log.close()]);
    },
    TEST_MAX_MS,
  );
});
