import type { FaultProxy } from '@verbatim/testing/engines';
import type { PlatformProcess } from '@verbatim/testing/scenario';
import type { Cluster, Part } from './cluster.js';

/** What is to be seen from outside while an outage lasts; waited for, and then held against what the outage says. */
export type Signs = {
  /** Apps of which every process turns its readiness red. */
  readonly red?: readonly string[];
  /** Apps of which no process does. */
  readonly green?: readonly string[];
  /** People at another gateway are `unknown`. */
  readonly isPresenceUnknown?: boolean;
};

/** One thing that goes wrong, and how it is put right. */
export type Outage = {
  readonly name: string;
  readonly signs: Signs;
  /** The topic is compared with the log at once, not only at the end. */
  readonly readsTopic?: boolean;
  readonly begin: (cluster: Cluster) => Promise<void>;
  /** Resolves when nothing is wrong any more. */
  readonly end: (cluster: Cluster) => Promise<void>;
};

/** Later than most answers, sooner than the time that any is given. */
const SLOW_MS = 400;

type Pick<Target> = (cluster: Cluster) => Target | Promise<Target>;

/** Ended by SIGKILL, and started again at the end. */
const killed = (name: string, pick: Pick<PlatformProcess>, signs: Signs): Outage => {
  let victim: PlatformProcess | null = null;
  return {
    ...{ name, signs },
    begin: async (cluster) => {
      victim = await pick(cluster);
      await victim.kill();
    },
    end: async () => void (await victim?.start()),
  };
};

/** Lasts until the one that stood by has taken over. */
const leaderKilled = (name: string, signs: Signs): Outage => {
  const outage = killed(name, (cluster) => cluster.leader(), signs);
  const begin = async (cluster: Cluster): Promise<void> => {
    await outage.begin(cluster);
    await cluster.leader();
  };
  return { ...outage, begin };
};

const engineKilled = (name: string, pick: (cluster: Cluster) => Part, signs: Signs): Outage => ({
  ...{ name, signs },
  begin: (cluster) => pick(cluster).engine.kill(),
  end: (cluster) => pick(cluster).engine.restart(),
});

type Fault = (line: FaultProxy) => Promise<void>;
const hangs: Fault = (line) => line.hang();
const isSlow: Fault = (line) => line.slow(SLOW_MS);
const isCut: Fault = (line) => line.cut();

const faulty = (
  name: string,
  pick: (cluster: Cluster) => FaultProxy | undefined,
  fault: Fault,
  signs: Signs,
): Outage => {
  const line = (cluster: Cluster): FaultProxy => {
    const found = pick(cluster);
    if (found === undefined) throw new Error(`there is no line for ${name}`);
    return found;
  };
  return { name, signs, begin: (cluster) => fault(line(cluster)), end: (cluster) => line(cluster).heal() };
};

/** SIGTERM to each in turn, each started again before the next: all that happens while it "begins". */
const rollingRestart: Outage = {
  name: 'rolling restart of every process',
  signs: { green: ['gateway', 'command-api', 'projector'] },
  begin: async (cluster) => {
    for (const each of cluster.processes) await each.restart();
  },
  end: () => Promise.resolve(),
};

const nth = <Item>(items: readonly Item[], index: number): Item => {
  const item = items[index];
  if (item === undefined) throw new Error(`there is no number ${index}`);
  return item;
};
const eventStore = ({ parts }: Cluster): Part => parts.eventStore;
const mongo = ({ parts }: Cluster): Part => parts.mongo;
const redis = ({ parts }: Cluster): Part => parts.redis;
const kafka = ({ parts }: Cluster): Part => parts.kafka;

const OTHERS_READY: Signs = { green: ['command-api', 'projector'] };
const ALL_READY: Signs = { green: ['gateway', 'command-api', 'projector'] };
const LOG_AWAY: Signs = { red: ['gateway', 'command-api'] };
const STATE_AWAY: Signs = { red: ['gateway', 'command-api', 'projector'] };
const REDIS_AWAY: Signs = { ...ALL_READY, isPresenceUnknown: true };

/** On a MongoDB that may forget everything at its own end. */
export const OUTAGES: readonly Outage[] = [
  killed('gateway 1 killed', ({ platform }) => nth(platform.gateways, 0), OTHERS_READY),
  killed('gateway 2 killed', ({ platform }) => nth(platform.gateways, 1), OTHERS_READY),
  killed('command-api 1 killed', ({ platform }) => nth(platform.commandApis, 0), { green: ['gateway', 'projector'] }),
  killed('command-api 2 killed', ({ platform }) => nth(platform.commandApis, 1), { green: ['gateway', 'projector'] }),
  leaderKilled('active projector killed', { green: ['gateway', 'command-api'] }),
  killed('standby projector killed', (cluster) => cluster.standby(), { green: ['gateway', 'command-api'] }),
  rollingRestart,
  engineKilled('event store killed', eventStore, LOG_AWAY),
  faulty('event store hangs', (cluster) => eventStore(cluster).line, hangs, LOG_AWAY),
  faulty('event store slow', (cluster) => eventStore(cluster).line, isSlow, {}),
  faulty('MongoDB hangs', (cluster) => mongo(cluster).line, hangs, STATE_AWAY),
  faulty('MongoDB slow', (cluster) => mongo(cluster).line, isSlow, {}),
  engineKilled('Redis killed', redis, REDIS_AWAY),
  faulty('Redis hangs', (cluster) => redis(cluster).line, hangs, REDIS_AWAY),
  { ...engineKilled('Kafka killed', kafka, ALL_READY), readsTopic: true },
  { ...faulty('Kafka hangs', (cluster) => kafka(cluster).line, hangs, ALL_READY), readsTopic: true },
  faulty('network to command-api 1 cut', ({ channels }) => channels[0], isCut, ALL_READY),
  faulty('network to command-api 2 hangs', ({ channels }) => channels[1], hangs, ALL_READY),
];

/** On one that keeps what it acknowledged. */
export const DURABLE_OUTAGES: readonly Outage[] = [engineKilled('MongoDB killed', mongo, STATE_AWAY)];
