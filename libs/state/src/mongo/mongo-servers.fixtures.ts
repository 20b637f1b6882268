import { openMongo } from '@verbatim/mongo';
import {
  type AvailableEngine,
  describeWithEngine,
  describeWithExternalEngine,
  ENGINE_HOOK_MAX_MS,
  type RunningEngine,
} from '@verbatim/testing/engines';

/** URLs of databases of one suite: each is new, and all are dropped in the end. */
export class ScratchDatabases {
  readonly #urls: string[] = [];
  readonly #prefix = `state_${process.pid}_${Date.now().toString(36)}`;

  /** @param serverUrl asked for when it is needed: suites start their servers in hooks */
  constructor(private readonly serverUrl: () => string) {}

  /** The URL of a database that is not there yet. */
  next(): string {
    const [, server, query = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)[^?]*(\?.*)?$/.exec(this.serverUrl()) ?? [];
    const url = `${server}/${this.#prefix}_${this.#urls.length}${query}`;
    this.#urls.push(url);
    return url;
  }

  async drop(): Promise<void> {
    for (const url of this.#urls.splice(0)) {
      const { db, close } = await openMongo(url, { variable: 'STATE_URL' });
      await db.dropDatabase();
      await close();
    }
  }
}

/** A server of its own for the suite, whose databases end with it. */
export const startedServer = (available: AvailableEngine): { readonly running: () => RunningEngine } => {
  let running: RunningEngine;
  beforeAll(async () => {
    running = await available.start();
  }, ENGINE_HOOK_MAX_MS);
  return { running: () => running };
};

/** The suite on every server of the protocol that is there. */
export const describeOnMongoServers = (suite: (databases: ScratchDatabases, server: string) => void): void => {
  for (const name of ['mongo-java-server', 'ferretdb'] as const) {
    describeWithEngine(name, (available) => {
      const { running } = startedServer(available);
      suite(new ScratchDatabases(() => running().url), name);
    });
  }
  describeWithExternalEngine('read-model', (url) => {
    const databases = new ScratchDatabases(() => url);
    afterAll(() => databases.drop(), ENGINE_HOOK_MAX_MS);
    suite(databases, 'mongod');
  });
};
