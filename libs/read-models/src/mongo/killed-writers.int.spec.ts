import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { conversationStream, type ConversationEvent } from '@verbatim/domain';
import { describeWithEngine, ENGINE_HOOK_MAX_MS, type RunningEngine } from '@verbatim/testing/engines';
import { foldInto, textsOf } from '../fold-into.fixtures.js';
import { openReadModels } from '../open-read-models.js';
import { longRandomLog } from '../random-log.fixtures.js';
import { aConversationId, ada, aLogIdentity, type RecordedLog } from '../recorded-log.fixtures.js';
import { foldPatiently, textOfLog } from './folding-process.fixtures.js';
import { describeOnMongo } from './mongo-servers.fixtures.js';
import { ScratchDatabases } from './scratch-databases.fixtures.js';

const TIMEOUT_MS = 90_000;
/** Documents of one batch take FerretDB about this long: a kill falls anywhere in it. */
const BATCH_ABOUT_MS = 120;
const program = fileURLToPath(new URL('./folding-process.fixtures.ts', import.meta.url));

/** What the documents are, however they came to be; from a fold of everything at once, on another engine. */
const replayed = async ({ events }: RecordedLog): Promise<readonly string[]> => textsIn('sqlite:memory:', events);

const textsIn = async (url: string, events: RecordedLog['events'] = []): Promise<readonly string[]> => {
  const store = await openReadModels(url, { log: aLogIdentity });
  if (events.length > 0) await foldInto(store, events);
  const texts: string[] = [];
  for (const build of await store.builds()) texts.push(...(await textsOf(store, build)));
  await store.close();
  return texts.toSorted();
};

/** The plainest fold there is: as many items as the conversation has events, and as many members as came and did not go. */
const expectPlainTruth = async (url: string, { events }: RecordedLog): Promise<void> => {
  const store = await openReadModels(url, { log: aLogIdentity });
  const { readModels } = store;
  for (const conversationId of [0, 1, 2].map(aConversationId)) {
    const own = events.filter(({ streamName }) => streamName === conversationStream(conversationId));
    const members = new Set<string>();
    for (const { event: each } of own) {
      const event = each as ConversationEvent;
      if (event.type === 'GroupCreated')
        for (const id of [event.data.creatorId, ...event.data.memberIds]) members.add(id);
      if (event.type === 'MembersAdded') for (const id of event.data.userIds) members.add(id);
      if (event.type === 'MemberJoined') members.add(event.data.userId);
      if (event.type === 'MemberLeft' || event.type === 'MemberRemoved') members.delete(event.data.userId);
    }
    const page = await readModels.membership.page(conversationId, null, 10);
    expect(page.map(({ userId }) => userId)).toEqual([...members].toSorted());
    expect(await readModels.messageIds.completeToSeq(conversationId)).toBe(own.length - 1);
    if (members.has(ada))
      expect((await readModels.timeline.page(ada, conversationId, { kind: 'newest' }, 1_000))?.itemTexts).toHaveLength(
        own.length,
      );
  }
  await store.close();
};

/** A process that folds the log until it is done or killed. */
class FoldingProcess {
  readonly #child;
  readonly #exited: Promise<unknown>;
  #batches = 0;
  #look: () => void = () => undefined;

  constructor(url: string, file: string) {
    const args = ['--disable-warning=ExperimentalWarning', program, url, aLogIdentity.logId, file];
    this.#child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#exited = once(this.#child, 'exit');
    createInterface({ input: this.#child.stdout }).on('line', () => {
      this.#batches += 1;
      this.#look();
    });
  }

  /** Or is over. */
  async hasBegunToWrite(batches: number): Promise<void> {
    const begun = new Promise<void>((resolve) => {
      this.#look = () => {
        if (this.#batches >= batches) resolve();
      };
      this.#look();
    });
    await Promise.race([begun, this.#exited]);
  }

  async killed(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** @returns its exit code */
  async ended(): Promise<number | null> {
    await this.#exited;
    return this.#child.exitCode;
  }
}

const anInstantOfABatch = (): Promise<void> => delay(Math.random() * BATCH_ABOUT_MS);

describe('a process that folds and is killed', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'read-models-'));
    file = join(folder, 'log.json');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const written = async (log: RecordedLog): Promise<RecordedLog> => {
    await writeFile(file, textOfLog(log.events));
    return log;
  };

  describeWithEngine('ferretdb', (available) => {
    let server: RunningEngine;
    beforeAll(async () => {
      server = await available.start();
    }, ENGINE_HOOK_MAX_MS);
    const databases = new ScratchDatabases(() => server.url);

    it(
      'leaves the documents of a fresh replay behind, and so does a database that is killed under it',
      async () => {
        const log = await written(longRandomLog(140, 1));
        const url = databases.next();
        for (let kills = 0; kills < 8; kills += 1) {
          const folding = new FoldingProcess(url, file);
          await folding.hasBegunToWrite(2);
          await anInstantOfABatch();
          if (kills % 2 === 1) {
            await server.kill();
            await server.restart();
          }
          await folding.killed();
        }
        const last = new FoldingProcess(url, file);
        await last.hasBegunToWrite(1);
        await anInstantOfABatch();
        await server.kill();
        await server.restart();
        expect(await last.ended()).toBe(0);
        expect(await textsIn(url)).toEqual(await replayed(log));
        await expectPlainTruth(url, log);
      },
      TIMEOUT_MS,
    );
  });

  describeOnMongo((databases) => {
    it(
      'leaves the documents of a fresh replay behind',
      async () => {
        const log = await written(longRandomLog(400, 2));
        const url = databases.next();
        for (let kills = 0; kills < 6; kills += 1) {
          const folding = new FoldingProcess(url, file);
          await folding.hasBegunToWrite(3);
          await delay(Math.random() * 10);
          await folding.killed();
        }
        const last = new FoldingProcess(url, file);
        expect(await last.ended()).toBe(0);
        expect(await textsIn(url)).toEqual(await replayed(log));
        await expectPlainTruth(url, log);
      },
      TIMEOUT_MS,
    );
  });
});

describe('two processes that fold the same log at once', () => {
  describeOnMongo((databases) => {
    it.each([1, 2, 3, 4, 5])(
      'leave the documents of a fresh replay behind, log %d',
      async (seed) => {
        const log = longRandomLog(300, seed);
        const url = databases.next();
        const folds = ['one', 'other'].map((name) => foldPatiently(`${url}?appName=${name}`, aLogIdentity, log.events));
        await Promise.all(folds);
        expect(await textsIn(url)).toEqual(await replayed(log));
      },
      TIMEOUT_MS,
    );
  });
});
