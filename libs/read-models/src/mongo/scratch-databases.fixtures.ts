import { openMongo } from '@verbatim/mongo';
import type { LogIdentity } from '@verbatim/event-store';
import type { ReadModelStore } from '../read-model-store.js';
import { openMongoReadModels } from './open-mongo-read-models.js';

const VARIABLE = 'READ_MODEL_URL';

/** Databases of one suite on one server: each is new, and all are dropped in the end. */
export class ScratchDatabases {
  readonly #urls: string[] = [];
  readonly #prefix = `read_models_${process.pid}_${Date.now().toString(36)}`;

  /** @param serverUrl asked for when it is needed: suites start their servers in hooks; a path and options in it are kept apart */
  constructor(private readonly serverUrl: () => string) {}

  /** The URL of a database that is not there yet. */
  next(options = ''): string {
    const [, server = '', path, query = ''] =
      /^(mongodb(?:\+srv)?:\/\/[^/?]+)\/?([^?]*)\??(.*)$/.exec(this.serverUrl()) ?? [];
    // Users live in the database of the URL that was given, not in this one.
    const isOfUser = server.includes('@') && !query.includes('authSource');
    const source = isOfUser ? `authSource=${path === undefined || path === '' ? 'admin' : path}` : '';
    const all = [query, source, options].filter((part) => part !== '').join('&');
    const url = `${server}/${this.#prefix}_${this.#urls.length}${all === '' ? '' : `?${all}`}`;
    this.#urls.push(url);
    return url;
  }

  readonly open = (log: LogIdentity): Promise<ReadModelStore> => openMongoReadModels({ url: this.next(), log });

  async drop(): Promise<void> {
    for (const url of this.#urls.splice(0)) {
      const { db, close } = await openMongo(url, { variable: VARIABLE });
      await db.dropDatabase();
      await close();
    }
  }
}
