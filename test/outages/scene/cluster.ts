import { freePort, proxy, type AvailableEngine, type FaultProxy, type RunningEngine } from '@verbatim/testing/engines';
import {
  makeDataFolder,
  makePlatformKeys,
  platformEngines,
  requestHttp,
  runProgram,
  startPlatform,
  type DataFolder,
  type Platform,
  type PlatformEngines,
  type PlatformProcess,
} from '@verbatim/testing/scenario';

/** Beside one that speaks MongoDB's protocol. */
export const ENGINES = ['event-store-server', 'redis', 'kafka', 'toxiproxy'] as const;
type Engines = Readonly<Record<(typeof ENGINES)[number], AvailableEngine>>;

/** An engine and the line by which the processes reach it. */
export type Part = { readonly engine: RunningEngine; readonly line: FaultProxy };

type Started = {
  readonly parts: Readonly<Record<'eventStore' | 'mongo' | 'redis' | 'kafka', Part>>;
  readonly toxiproxy: RunningEngine;
  readonly channels: readonly FaultProxy[];
  readonly platform: Platform;
  readonly env: Readonly<Record<string, string>>;
  readonly folder: DataFolder;
};

const VERIFY = 'apps/projector/dist/cli/verify.main.js';
const LEADS = /^verbatim_projector_leader_info 1$/m;
const TWO_OF_EACH = { gateways: 2, commandApis: 2, projectors: 2 } as const;

const partOf = async (available: AvailableEngine, toxiproxy: RunningEngine): Promise<Part> => {
  const engine = await available.start();
  return { engine, line: await proxy(toxiproxy, engine.url) };
};

/** A broker tells its clients where it is: at the line's end. */
const kafkaPart = async (available: AvailableEngine, toxiproxy: RunningEngine): Promise<Part> => {
  const port = await freePort();
  const line = await proxy(toxiproxy, `127.0.0.1:${port}`);
  return { engine: await available.start({ port, advertisedPort: line.port }), line };
};

/** Everything that the service consists of, each part to be killed, stopped, and cut off from the others. */
export class Cluster {
  private constructor(private readonly started: Started) {}

  static async start(engines: Engines, mongoServer: AvailableEngine): Promise<Cluster> {
    const toxiproxy = await engines.toxiproxy.start();
    const [eventStore, mongo, redis, kafka] = await Promise.all([
      partOf(engines['event-store-server'], toxiproxy),
      partOf(mongoServer, toxiproxy),
      partOf(engines.redis, toxiproxy),
      kafkaPart(engines.kafka, toxiproxy),
    ]);
    const parts = { eventStore, mongo, redis, kafka };
    const urls = platformEngines({
      ...{ eventStore: eventStore.line, mongo: mongo.line, redis: redis.line, kafka: kafka.line },
    });
    const channels: FaultProxy[] = [];
    const commandApiAddress = async (url: string): Promise<string> => {
      const line = await proxy(toxiproxy, url);
      channels.push(line);
      return line.url;
    };
    const folder = makeDataFolder('outages', 'memory');
    const keys = await makePlatformKeys(folder.path);
    const platform = await startPlatform({ ...TWO_OF_EACH, engines: urls, keys, commandApiAddress });
    return new Cluster({ parts, toxiproxy, channels, platform, folder, env: verifyEnvironment(urls, folder) });
  }

  get parts(): Started['parts'] {
    return this.started.parts;
  }
  get platform(): Platform {
    return this.started.platform;
  }
  /** From the gateways to each command-api. */
  get channels(): readonly FaultProxy[] {
    return this.started.channels;
  }
  get processes(): readonly PlatformProcess[] {
    const { gateways, commandApis, projectors } = this.platform;
    return [...gateways, ...commandApis, ...projectors];
  }
  /** Where clients connect that look only at who is there. */
  get gatewayUrls(): readonly string[] {
    return this.platform.gateways.map(({ url }) => url);
  }

  /** Waits until there is one. */
  async leader(): Promise<PlatformProcess> {
    for (;;) {
      for (const each of this.platform.projectors) if (each.isRunning && (await isLeader(each))) return each;
      await turn();
    }
  }

  async standby(): Promise<PlatformProcess> {
    const leader = await this.leader();
    const standby = this.platform.projectors.find((each) => each !== leader);
    if (standby === undefined) throw new Error('there is no standby');
    return standby;
  }

  /** Names of what is not ready, as `gateway 1: state: …`. A process that does not run is not ready. */
  async unready(): Promise<readonly string[]> {
    const { gateways, commandApis, projectors } = this.platform;
    const named = [gateways, commandApis, projectors].flatMap((group) =>
      group.map(async (each, index) => {
        const red = await redChecks(each);
        return red === null ? [] : [`${each.app} ${index + 1}: ${red}`];
      }),
    );
    return (await Promise.all(named)).flat();
  }

  /** @returns what `npm run verify` printed where something differs */
  async verify(): Promise<string> {
    const { code, output, errorOutput } = await runProgram(VERIFY, this.started.env);
    return code === 0 ? '' : output + errorOutput;
  }

  async close(): Promise<void> {
    const { platform, parts, toxiproxy, folder } = this.started;
    await platform.close();
    await Promise.all([...Object.values(parts).map(({ engine }) => engine.dispose()), toxiproxy.dispose()]);
    folder.remove();
  }
}

const verifyEnvironment = (urls: PlatformEngines, { path }: DataFolder): Readonly<Record<string, string>> => ({
  DATA_DIR: path,
  EVENT_STORE_URL: urls.eventStoreUrl,
  READ_MODEL_URL: urls.readModelUrl,
  STATE_URL: urls.stateUrl,
});

/** A process that is asked over and over is given time to do something else. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

const isLeader = async ({ url }: PlatformProcess): Promise<boolean> => {
  try {
    return LEADS.test(await (await fetch(`${url}/metrics`)).text());
  } catch {
    return false; // it ended meanwhile
  }
};

const redChecks = async ({ url }: PlatformProcess): Promise<string | null> => {
  try {
    const { status, body } = await requestHttp(url, '/health/ready');
    if (status === 200) return null;
    const { checks = {} } = body as { checks?: Readonly<Record<string, string>> };
    const red = Object.entries(checks).filter(([, text]) => !text.startsWith('ok'));
    return red.map(([name, text]) => `${name}: ${text}`).join(', ');
  } catch {
    return 'does not answer';
  }
};
