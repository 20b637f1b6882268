import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { launchEventStoreServer, type EventStoreServerProcess } from '@verbatim/testing/event-store-server';
import { makeDataFolder } from '@verbatim/testing/scenario';
import type { EventStore } from '../event-store.js';
import { openEventStoreDb } from './open-event-store-db.js';

/** Servers start, appends run into their time, on a busy machine. Nothing waits for it. */
jest.setTimeout(60_000);

/** For specs in which the log stays sound. */
const unexpected = (error: Error): void => {
  throw error;
};

/** A URL that puts a log of its own on a server that may hold others. */
export const ofItsOwn = (url: string): string =>
  `${url}${url.includes('?') ? '&' : '?'}streamPrefix=spec.${randomUUID().replaceAll('-', '')}.`;

export const openLog = (url: string, onFatal: (error: Error) => void = unexpected): Promise<EventStore> =>
  openEventStoreDb({ url, onFatal });

/** The protocol server of one spec file, gone when it is over. */
export class ServerUnderTest {
  readonly #folder = makeDataFolder('eventstoredb');
  #process: EventStoreServerProcess | null = null;

  constructor(args: readonly string[] = []) {
    beforeAll(async () => {
      this.#process = await launchEventStoreServer({ directory: this.#folder.path, args });
    });
    afterAll(async () => {
      await this.#process?.kill();
      this.#folder.remove();
    });
  }

  get process(): EventStoreServerProcess {
    if (this.#process === null) throw new Error('the server has not started yet');
    return this.#process;
  }

  get url(): string {
    return this.process.url;
  }

  async kill(): Promise<void> {
    await this.process.kill();
  }

  /** Starts it again on the same port and data, once it is gone. */
  async restart(): Promise<void> {
    await this.process.gone;
    this.#process = await this.process.restart();
  }
}
