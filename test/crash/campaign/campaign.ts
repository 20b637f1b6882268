import {
  launchServer,
  randomSource,
  startServer,
  type RandomSource,
  type ServerProcess,
} from '@verbatim/testing/scenario';
import type { Evidence, Finding } from '../evidence.js';
import { foundTown, type Town } from './town.js';
import { Witness } from './witness.js';

export type CampaignOptions = {
  /** Data directory of the server; empty at the start. */
  readonly dataDirectory: string;
  readonly restarts: number;
  readonly seed: number;
  readonly onProgress?: (line: string) => void;
};
type End = 'killed' | 'killed-at-start' | 'stopped';
export type CampaignResult = {
  readonly evidence: Evidence;
  readonly findings: readonly Finding[];
  /** Ends of the server: by SIGKILL under load, by SIGKILL while it started, by SIGTERM. */
  readonly ends: Readonly<Record<End, number>>;
};

const STOPPED_SHARE = 0.08;
const KILLED_AT_START_SHARE = 0.08;
const START_KILL_MAX_MS = 900;
const ANSWERS_UNTIL_END_MAX = 250;
/** A load whose answers stop coming is ended all the same. */
const LOAD_MAX_MS = 5_000;
const RETRIED_SHARE = 0.7;
const PROGRESS_EVERY = 10;

/** Kills one server on one data directory again and again under load, and compares all it ever said with what it kept. */
export class Campaign {
  readonly #random: RandomSource;
  readonly #ends: Record<End, number> = { killed: 0, 'killed-at-start': 0, stopped: 0 };

  constructor(private readonly options: CampaignOptions) {
    this.#random = randomSource(options.seed);
  }

  /** Ends early at the first finding. */
  async run(): Promise<CampaignResult> {
    const { dataDirectory, restarts } = this.options;
    let server = await startServer({ dataDirectory });
    const town = await foundTown(server.url);
    const witness = new Witness(dataDirectory, town, this.#random);
    for (let restart = 1; restart <= restarts; restart += 1) {
      await this.#loadAndEnd(server, town, witness);
      server = await startServer({ dataDirectory });
      await witness.look(server.url, 'news');
      const { findings } = witness;
      this.#report(restart, witness.evidence, findings);
      if (findings.length > 0) break;
    }
    await witness.retryOpen(witness.newLoad(server.url), RETRIED_SHARE);
    await witness.look(server.url, 'whole');
    await server.stop();
    return { evidence: witness.evidence, findings: witness.findings, ends: this.#ends };
  }

  #report(restart: number, { sends, log }: Evidence, findings: readonly Finding[]): void {
    const { restarts, onProgress } = this.options;
    if (restart % PROGRESS_EVERY !== 0 && findings.length === 0) return;
    const acked = sends.filter(({ acks }) => acks.length > 0).length;
    onProgress?.(
      `restart ${restart} of ${restarts}: ${acked} acknowledged, ${log.length} events, ${findings.length} findings`,
    );
  }

  async #loadAndEnd(server: ServerProcess, town: Town, witness: Witness): Promise<void> {
    const random = this.#random;
    let answersLeft = 1 + random.below(ANSWERS_UNTIL_END_MAX);
    const enough = Promise.withResolvers<void>();
    const timer = setTimeout(() => enough.resolve(), LOAD_MAX_MS);
    const load = witness.newLoad(server.url, () => {
      answersLeft -= 1;
      if (answersLeft === 0) enough.resolve();
    });
    const retried = witness.retryOpen(load, RETRIED_SHARE);
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
    const { dataDirectory } = this.options;
    const server = launchServer({ dataDirectory });
    const timer = setTimeout(() => void server.kill(), this.#random.below(START_KILL_MAX_MS));
    await server.ready.then(
      (ready) => ready.kill(),
      () => server.exited,
    );
    clearTimeout(timer);
    this.#ends['killed-at-start'] += 1;
  }
}
