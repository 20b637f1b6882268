import type { AvailableEngine, RunningEngine } from '@verbatim/testing/engines';
import {
  makeDataFolder,
  makePlatformKeys,
  platformEngines,
  runProgram,
  startPlatform,
  type DataFolder,
  type Platform,
  type PlatformEngines,
  type PlatformKeys,
} from '@verbatim/testing/scenario';
import type { StoredEvent } from '../../crash/evidence.js';
import { RunningServer, type Settings } from './running-server.js';
import { readStoredLog } from './stored-log.js';

const VERIFY = 'apps/projector/dist/cli/verify.main.js';
const TWO_OF_EACH = { gateways: 2, commandApis: 2, projectors: 2 } as const;

/** What the form needs of the machine. Volume runs here; what an engine keeps over its own end is tested elsewhere. */
export const ENGINES = ['event-store-server', 'mongo-java-server', 'redis'] as const;
type Engines = Readonly<Record<(typeof ENGINES)[number], AvailableEngine>>;
type Started = { readonly all: readonly RunningEngine[]; readonly urls: PlatformEngines; readonly keys: PlatformKeys };

/** Two gateways, two command-apis, a projector and its standby, each a process of its own, on engines of their own. */
export class EnginesServer extends RunningServer {
  #folder: DataFolder | null = null;
  #started: Promise<Started> | null = null;
  #platform: Platform | null = null;
  #settings: Settings = {};

  constructor(private readonly engines: Engines) {
    super();
  }

  protected get urls(): readonly string[] {
    return (this.#platform?.gateways ?? []).filter(({ isRunning }) => isRunning).map(({ url }) => url);
  }

  async start(settings: Settings = this.#settings): Promise<void> {
    const isAsBefore = JSON.stringify(settings) === JSON.stringify(this.#settings);
    this.#settings = settings;
    if (this.#platform !== null && isAsBefore) return startAgain(this.#platform);
    this.#started ??= this.#startEngines();
    const { urls: engines, keys } = await this.#started;
    this.#platform = await startPlatform({ ...TWO_OF_EACH, engines, keys, env: settings });
  }

  async log(): Promise<readonly StoredEvent[]> {
    if (this.#started === null) throw new Error('there is no log yet');
    return readStoredLog((await this.#started).urls.eventStoreUrl);
  }

  /** Both projectors, so that neither takes over. */
  holdReadModels(): Promise<void> {
    for (const projector of this.#platform?.projectors ?? []) projector.pause();
    return Promise.resolve();
  }

  releaseReadModels(): Promise<void> {
    for (const projector of this.#platform?.projectors ?? []) projector.resume();
    return Promise.resolve();
  }

  protected async end(how: 'stop' | 'kill'): Promise<void> {
    if (this.#platform === null) return;
    const { gateways, commandApis, projectors } = this.#platform;
    // Gateways first: they hand on what they took.
    for (const group of [gateways, [...commandApis, ...projectors]])
      await Promise.all(group.filter(({ isRunning }) => isRunning).map((each) => each[how]()));
  }

  protected async verify(): Promise<string> {
    if (this.#started === null) throw new Error('there is nothing to verify');
    const { urls, keys } = await this.#started;
    const { code, output, errorOutput } = await runProgram(VERIFY, {
      DATA_DIR: keys.DATA_DIR,
      EVENT_STORE_URL: urls.eventStoreUrl,
      READ_MODEL_URL: urls.readModelUrl,
      STATE_URL: urls.stateUrl,
    });
    return code === 0 ? '' : output + errorOutput;
  }

  protected async remove(): Promise<void> {
    await this.#platform?.close();
    if (this.#started !== null) await Promise.all((await this.#started).all.map((each) => each.dispose()));
    this.#folder?.remove();
  }

  async #startEngines(): Promise<Started> {
    const [eventStore, mongo, redis] = await Promise.all([
      this.engines['event-store-server'].start(),
      this.engines['mongo-java-server'].start(),
      this.engines.redis.start(),
    ]);
    this.#folder = makeDataFolder('e2e-keys', 'memory');
    const keys = await makePlatformKeys(this.#folder.path);
    return { all: [eventStore, mongo, redis], urls: platformEngines({ eventStore, mongo, redis }), keys };
  }
}

const startAgain = async ({ commandApis, projectors, gateways }: Platform): Promise<void> => {
  for (const group of [[...commandApis, ...projectors], gateways]) await Promise.all(group.map((each) => each.start()));
};
