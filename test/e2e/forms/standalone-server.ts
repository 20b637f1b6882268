import { join } from 'node:path';
import Database from 'better-sqlite3';
import { makeDataFolder, runProgram, startServer, type ServerProcess } from '@verbatim/testing/scenario';
import type { StoredEvent } from '../../crash/evidence.js';
import { readRawLog } from '../../crash/raw-log.js';
import { RunningServer, type Settings } from './running-server.js';

const VERIFY = 'apps/projector/dist/cli/verify.main.js';

/** One process on the embedded engines, with a data directory of its own. */
export class StandaloneServer extends RunningServer {
  readonly #data = makeDataFolder('e2e', 'memory');
  #settings: Settings = {};
  #process: ServerProcess | null = null;
  #port = '0';
  #lock: Database.Database | null = null;

  get directory(): string {
    return join(this.#data.path, 'data');
  }

  protected get urls(): readonly string[] {
    return this.#process === null ? [] : [this.#process.url];
  }

  async start(settings: Settings = this.#settings): Promise<void> {
    this.#settings = settings;
    const env = { GATEWAY_PORT: this.#port, ...settings };
    this.#process = await startServer({ dataDirectory: this.directory, env });
    this.#port = new URL(this.#process.url).port;
  }

  log(): Promise<readonly StoredEvent[]> {
    return Promise.resolve(readRawLog(join(this.directory, 'events.db')));
  }

  /** Another program that writes to the file, such as a rebuild: the projector waits for it. */
  holdReadModels(): Promise<void> {
    this.#lock = new Database(join(this.directory, 'read-models.db'));
    this.#lock.exec('BEGIN IMMEDIATE');
    return Promise.resolve();
  }

  releaseReadModels(): Promise<void> {
    this.#lock?.exec('COMMIT');
    this.#lock?.close();
    return Promise.resolve();
  }

  protected async end(how: 'stop' | 'kill'): Promise<void> {
    await this.#process?.[how]();
    this.#process = null;
  }

  protected async verify(): Promise<string> {
    const { code, output, errorOutput } = await runProgram(VERIFY, { DATA_DIR: this.directory });
    return code === 0 ? '' : output + errorOutput;
  }

  protected remove(): Promise<void> {
    this.#data.remove();
    return Promise.resolve();
  }
}
