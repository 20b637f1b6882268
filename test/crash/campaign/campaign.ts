import { join } from 'node:path';
import {
  launchServer,
  randomSource,
  startServer,
  type RandomSource,
  type ServerProcess,
} from '@verbatim/testing/scenario';
import { gaps } from '../checkers/delivery-checkers.js';
import { findingsIn } from '../checkers/index.js';
import type { Change, Evidence, Finding, Send, StoredEvent, UserView } from '../evidence.js';
import { readRawLog } from '../raw-log.js';
import { Load, type Journal } from './load.js';
import { foundTown, type Town } from './town.js';
import { readView } from './views.js';

export type CampaignOptions = {
  /** Data directory of the server; empty at the start. */
  readonly dataDirectory: string;
  readonly restarts: number;
  readonly seed: number;
  readonly onProgress?: (line: string) => void;
};
export type CampaignResult = {
  readonly evidence: Evidence;
  readonly findings: readonly Finding[];
  /** Ends of the server: by SIGKILL under load, by SIGKILL while it started, by SIGTERM. */
  readonly ends: Readonly<Record<End, number>>;
};
type End = 'killed' | 'killed-at-start' | 'stopped';

const STOPPED_SHARE = 0.08;
const KILLED_AT_START_SHARE = 0.08;
const START_KILL_MAX_MS = 900;
const ANSWERS_UNTIL_END_MAX = 250;
/** A load whose answers stop coming is ended all the same. */
const LOAD_MAX_MS = 5_000;
const RETRIED_SHARE = 0.7;
const RETRIED_ACKED_SENDS = 8;
const SETTLE_TRIES_MAX = 500;
const PROGRESS_EVERY = 10;

const isOpen = (asked: Send | Change): boolean => {
  const answers = 'acks' in asked ? asked.acks : asked.ackedSeqs;
  return asked.triesUnderWay === 0 && answers.length === 0 && asked.refusals.length === 0;
};

const allSeqsFrom = (views: readonly UserView[]): ReadonlyMap<string, number> => {
  const lowest = new Map<string, number>();
  for (const { conversations } of views)
    for (const [id, { entry }] of conversations)
      lowest.set(id, Math.min(lowest.get(id) ?? Number.MAX_SAFE_INTEGER, Number(entry['headSeq'])));
  return lowest;
};

/** Kills one server on one data directory again and again under load, and compares all it ever said with what it kept. */
export class Campaign {
  readonly #journal: Journal = { sends: [], changes: [], surprises: [] };
  readonly #random: RandomSource;
  readonly #ends: Record<End, number> = { killed: 0, 'killed-at-start': 0, stopped: 0 };
  #log: readonly StoredEvent[] = [];
  #views: readonly UserView[] = [];

  constructor(private readonly options: CampaignOptions) {
    this.#random = randomSource(options.seed);
  }

  async run(): Promise<CampaignResult> {
    const { restarts, onProgress = () => {} } = this.options;
    let server = await this.#start();
    const town = await foundTown(server.url);
    for (let restart = 1; restart <= restarts; restart += 1) {
      await this.#loadAndEnd(server, town);
      server = await this.#start();
      await this.#look(server, town, allSeqsFrom(this.#views));
      const findings = findingsIn(this.#evidence(town));
      if (restart % PROGRESS_EVERY === 0 || findings.length > 0) onProgress(this.#progress(restart, findings));
      if (findings.length > 0) {
        await server.kill();
        return this.#result(town, findings);
      }
    }
    await this.#retryOpen(
      new Load({ url: server.url, town, journal: this.#journal, random: this.#random, onAnswer: () => {} }),
    );
    this.#log = [];
    await this.#look(server, town, new Map());
    const findings = findingsIn(this.#evidence(town));
    await server.stop();
    return this.#result(town, findings);
  }

  #start(): Promise<ServerProcess> {
    return startServer({ dataDirectory: this.options.dataDirectory });
  }

  #evidence(town: Town): Evidence {
    const devices = town.devices.map(({ record }) => record);
    return { ...this.#journal, log: this.#log, devices, views: this.#views };
  }

  #result(town: Town, findings: readonly Finding[]): CampaignResult {
    return { evidence: this.#evidence(town), findings, ends: this.#ends };
  }

  #progress(restart: number, findings: readonly Finding[]): string {
    const acked = this.#journal.sends.filter(({ acks }) => acks.length > 0).length;
    const { restarts } = this.options;
    return `restart ${restart} of ${restarts}: ${acked} acknowledged, ${this.#log.length} events, ${findings.length} findings`;
  }

  async #loadAndEnd(server: ServerProcess, town: Town): Promise<void> {
    const random = this.#random;
    let answersLeft = 1 + random.below(ANSWERS_UNTIL_END_MAX);
    const enough = Promise.withResolvers<void>();
    const timer = setTimeout(enough.resolve, LOAD_MAX_MS);
    const onAnswer = (): void => {
      answersLeft -= 1;
      if (answersLeft === 0) enough.resolve();
    };
    const load = new Load({ url: server.url, town, journal: this.#journal, random, onAnswer });
    const retried = this.#retryOpen(load);
    const ended = load.run();
    await enough.promise;
    clearTimeout(timer);
    const isStopped = random.next() < STOPPED_SHARE;
    this.#ends[isStopped ? 'stopped' : 'killed'] += 1;
    await (isStopped ? server.stop() : server.kill());
    load.stop();
    await Promise.all([ended, retried, ...town.devices.map(({ socket }) => socket?.closed)]);
    if (random.next() < KILLED_AT_START_SHARE) await this.#killAtStart();
  }

  async #killAtStart(): Promise<void> {
    const server = launchServer({ dataDirectory: this.options.dataDirectory });
    const timer = setTimeout(() => void server.kill(), this.#random.below(START_KILL_MAX_MS));
    await server.ready.then(
      (ready) => ready.kill(),
      () => server.exited,
    );
    clearTimeout(timer);
    this.#ends['killed-at-start'] += 1;
  }

  /** Asks again what got no answer, and some of what did: the answer must be the one from before. */
  async #retryOpen(load: Load): Promise<void> {
    const { sends, changes } = this.#journal;
    const random = this.#random;
    const isChosen = (): boolean => random.next() < RETRIED_SHARE;
    const acked = sends.filter(({ acks }) => acks.length > 0);
    const again = acked.length === 0 ? [] : Array.from({ length: RETRIED_ACKED_SENDS }, () => random.pick(acked));
    await Promise.all([
      ...sends
        .filter(isOpen)
        .filter(isChosen)
        .map((send) => load.retrySend(send)),
      ...changes
        .filter(isOpen)
        .filter(isChosen)
        .map((change) => load.retryChange(change)),
      ...again.map((send) => load.retrySend(send)),
    ]);
  }

  /** Reads everything there is to see, when nothing happens. */
  async #look(server: ServerProcess, town: Town, afterSeqs: ReadonlyMap<string, number>): Promise<void> {
    await Promise.all(town.devices.map((device) => device.connect(server.url)));
    const file = join(this.options.dataDirectory, 'events.db');
    this.#log = [...this.#log, ...readRawLog(file, this.#log.length)];
    for (let tries = 1; tries <= SETTLE_TRIES_MAX; tries += 1) {
      await Promise.all(town.devices.map((device) => device.catchUp()));
      if (!gaps(this.#evidence(town)).some(({ checker }) => checker === 'missed')) break;
    }
    this.#views = await Promise.all(town.people.map((person) => readView(server.url, person, afterSeqs)));
  }
}
