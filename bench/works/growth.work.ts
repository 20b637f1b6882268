import type { ServerProcess } from '@verbatim/testing/scenario';
import { join } from 'node:path';
import type { UserId } from '@verbatim/domain';
import { timed } from '../load/history-reader.js';
import { directBetween, growConversation, growCrowd, openLogOf, type Participants } from '../log/grow-log.js';
import { residentKibOf } from '../process/process-figures.js';
import { whileRunning } from '../process/while-running.js';
import { withFolder } from '../process/work-folder.js';
import type { Figure, Section } from '../report/figure.js';
import { importAccounts, type Account } from '../server/accounts.js';
import { untilCaughtUp } from '../server/projection-lag.js';
import { startBenchServer } from '../server/server-process.js';
import type { Bench } from './bench.js';
import { probe, type Probe, type Probed } from './growth-probe.js';

const REBUILD_TIMEOUT_MS = 30 * 60_000;
/** The size that T8 speaks of. */
const TARGET_EVENTS = 1_000_000;
const CROWD_MESSAGES_EACH = 999;
/** As much as the noise of the machine: more than this is growth. */
const FLAT_RATIO_MAX = 1.5;

type Rebuild = { readonly seconds: number; readonly peakKibFirstHalf: number; readonly peakKibSecondHalf: number };
type Point = Probe & { readonly startMs: number };

const peak = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, value), 0);

const probedOf = (members: readonly [Account, Account]): Probed & { readonly participants: Participants } => {
  const participants = [members[0].userId as UserId, members[1].userId as UserId] as const;
  return { members, participants, conversationId: directBetween(participants) };
};

/** One data directory that grows from point to point; the server does not run while it is grown. */
class GrowingDirectory {
  constructor(
    private readonly bench: Bench,
    private readonly path: string,
    private readonly name: string,
  ) {}

  async grow(title: string, work: (store: Awaited<ReturnType<typeof openLogOf>>) => Promise<void>): Promise<void> {
    this.bench.progress.say(`${this.name}: writing ${title}`);
    const store = await openLogOf(this.path);
    await work(store);
    await store.close();
  }

  start(): Promise<ServerProcess> {
    const { cores, profileDirectory } = this.bench;
    const directory = profileDirectory === null ? null : join(profileDirectory, this.name);
    return startBenchServer({ cores, dataDirectory: this.path, profileDirectory: directory });
  }

  /** Starts the server on a log that its read models do not have yet, and waits until they do. */
  async catchUp(): Promise<Rebuild> {
    this.bench.progress.say(`${this.name}: read models from the log`);
    const startedAtMs = performance.now();
    const server = await this.start();
    const residents: number[] = [];
    await untilCaughtUp(server.url, REBUILD_TIMEOUT_MS, () => residents.push(residentKibOf(server.pid)));
    const seconds = (performance.now() - startedAtMs) / 1_000;
    await server.stop();
    const half = Math.ceil(residents.length / 2);
    return {
      seconds,
      peakKibFirstHalf: peak(residents.slice(0, half)),
      peakKibSecondHalf: peak(residents.slice(half)),
    };
  }

  /** Starts the server twice: the second time the conversation has the snapshot that a conversation of its age has. */
  async measure(title: string, probed: Probed): Promise<Point> {
    this.bench.progress.say(`${this.name}: ${title}`);
    const first = await this.start();
    await whileRunning(first, (server) => probe(this.bench, server, probed));
    const { ms: startMs, result: second } = await timed(() => this.start());
    return { startMs, ...(await whileRunning(second, (server) => probe(this.bench, server, probed))) };
  }
}

const rebuildFigures = (
  { seconds, peakKibFirstHalf, peakKibSecondHalf }: Rebuild,
  events: number,
): readonly Figure[] => [
  {
    name: `all read models from ${events.toLocaleString('en-GB')} events, for ${TARGET_EVENTS.toLocaleString('en-GB')}`,
    unit: 's',
    value: (seconds * TARGET_EVENTS) / events,
    bounds: [{ target: 'T8', of: 'value', limit: 'at-most', must: 60, aim: 25 }],
  },
  { name: 'events', unit: '/s', value: events / seconds },
  {
    name: 'peak of resident memory, second half of the time',
    unit: 'MiB',
    value: peakKibSecondHalf / 1_024,
    baseline: { name: 'first half', value: peakKibFirstHalf / 1_024 },
  },
];

const crowdOf = (events: number): number => Math.ceil(events / (CROWD_MESSAGES_EACH + 1));

/** T8: read models are made anew from the log. */
export const rebuild = (bench: Bench): Promise<Section> =>
  withFolder('bench-rebuild', async (path) => {
    const directory = new GrowingDirectory(bench, path, 't8');
    const conversations = crowdOf(bench.plan.grownEvents);
    const events = conversations * (CROWD_MESSAGES_EACH + 1);
    await directory.grow(`${events} events`, (store) => growCrowd(store, conversations, CROWD_MESSAGES_EACH));
    return {
      title: `T8 rebuild: ${events.toLocaleString('en-GB')} events in ${conversations} conversations`,
      figures: rebuildFigures(await directory.catchUp(), events),
      notes: ['from the start of the process, which checks the log, to the last read model being up to date'],
    };
  });

const growthFigures = (what: string, small: Point, large: Point): readonly Figure[] =>
  (
    [
      ['start to ready', 'startMs'],
      ['connected and authenticated, p50', 'connectMs'],
      ['inbox, p50', 'inboxMs'],
      ['last 50, p50', 'lastMs'],
      ['first message after the start', 'firstSendMs'],
      ['send to receipt, p50', 'sendMs'],
    ] as const
  ).map(([name, key]) => ({
    name: `${what}: ${name}`,
    unit: 'ms',
    value: large[key],
    baseline: { name: 'small', value: small[key] },
    bounds: [{ target: 'T9', of: 'ratio', limit: 'at-most', must: FLAT_RATIO_MAX }],
  }));

type Points = { readonly smallLog: Point; readonly largeLog: Point; readonly largeConversation: Point };

const allPoints = async (bench: Bench, path: string): Promise<Points> => {
  const { grownEvents, smallEvents } = bench.plan;
  const accounts = (await importAccounts(path, 4)) as [Account, Account, Account, Account];
  const small = probedOf([accounts[0], accounts[1]]);
  const large = probedOf([accounts[2], accounts[3]]);
  const directory = new GrowingDirectory(bench, path, 't9');
  await directory.grow('a small log', (store) => growConversation(store, small.participants, smallEvents));
  const smallLog = await directory.measure('a small conversation in a small log', small);
  await directory.grow('a large log', (store) => growCrowd(store, crowdOf(grownEvents), CROWD_MESSAGES_EACH));
  await directory.catchUp();
  const largeLog = await directory.measure('a small conversation in a large log', small);
  await directory.grow('a large conversation', (store) => growConversation(store, large.participants, grownEvents));
  await directory.catchUp();
  return { smallLog, largeLog, largeConversation: await directory.measure('a large conversation', large) };
};

/** T9: what a person meets does not depend on the size of the log or of the conversation. */
export const growth = (bench: Bench): Promise<Section> =>
  withFolder('bench-growth', async (path) => {
    const { grownEvents, smallEvents } = bench.plan;
    const { smallLog, largeLog, largeConversation } = await allPoints(bench, path);
    return {
      title: `T9 growth: from ${smallEvents.toLocaleString('en-GB')} to ${grownEvents.toLocaleString('en-GB')}`,
      figures: [
        ...growthFigures('larger log', smallLog, largeLog),
        ...growthFigures('larger conversation', smallLog, largeConversation),
      ],
      notes: [`flat: at most ${FLAT_RATIO_MAX}× the small one, which is about the noise of one run`],
    };
  });
