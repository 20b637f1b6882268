import { join } from 'node:path';
import type { EventStore } from '@verbatim/event-store';
import type { ServerProcess } from '@verbatim/testing/scenario';
import { connectAccount } from '../load/connections.js';
import { timed } from '../load/history-reader.js';
import { openLogOf } from '../log/grow-log.js';
import { cpuSecondsOf, residentKibOf } from '../process/process-figures.js';
import { whileRunning } from '../process/while-running.js';
import { untilCaughtUp } from '../server/projection-lag.js';
import { startBenchServer } from '../server/server-process.js';
import type { Bench } from './bench.js';
import { probe, type Probe, type Probed } from './growth-probe.js';

const CATCH_UP_TIMEOUT_MS = 30 * 60_000;

export type Rebuild = {
  /** From the start of the process to its ready line. */
  readonly startSeconds: number;
  /** From there to the last read model being up to date. */
  readonly catchUpSeconds: number;
  readonly cpuSeconds: number;
  readonly peakKibFirstHalf: number;
  readonly peakKibSecondHalf: number;
};
export type Point = Probe & { readonly startMs: number };

const peak = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, value), 0);

/** A data directory that grows; the server does not run while it is grown. */
export class GrowingDirectory {
  constructor(
    private readonly bench: Bench,
    readonly path: string,
    private readonly name: string,
  ) {}

  async grow(title: string, work: (store: EventStore) => Promise<void>): Promise<void> {
    this.bench.progress.say(`${this.name}: writing ${title}`);
    const store = await openLogOf(this.path);
    await work(store);
    await store.close();
  }

  /** Starts the server on a log that its read models do not have yet, and waits until they do. */
  async rebuild(): Promise<Rebuild> {
    this.bench.progress.say(`${this.name}: read models from the log`);
    const { ms, result: started } = await timed(() => this.#start());
    return whileRunning(started, async ({ url, pid }) => {
      const residents: number[] = [];
      const { durationMs } = await untilCaughtUp(url, CATCH_UP_TIMEOUT_MS, {
        onReading: () => residents.push(residentKibOf(pid)),
      });
      const half = Math.ceil(residents.length / 2);
      return {
        startSeconds: ms / 1_000,
        catchUpSeconds: durationMs / 1_000,
        cpuSeconds: cpuSecondsOf(pid),
        peakKibFirstHalf: peak(residents.slice(0, half)),
        peakKibSecondHalf: peak(residents.slice(half)),
      };
    });
  }

  /** Gives what was written past the server its read models, and the conversation the snapshot that one of its age has. */
  async prime({ members, conversationId }: Probed): Promise<void> {
    this.bench.progress.say(`${this.name}: read models from the log`);
    await whileRunning(await this.#start(), async ({ url }) => {
      await untilCaughtUp(url, CATCH_UP_TIMEOUT_MS);
      const sender = await connectAccount(url, members[0]);
      await sender.request('message.send', { conversationId, clientMsgId: crypto.randomUUID(), body: 'first' });
      sender.close();
    });
  }

  async measure(title: string, probed: Probed): Promise<Point> {
    this.bench.progress.say(`${this.name}: ${title}`);
    const { ms: startMs, result: started } = await timed(() => this.#start());
    return whileRunning(started, async (server) => ({ startMs, ...(await probe(this.bench, server, probed)) }));
  }

  #start(): Promise<ServerProcess> {
    const { cores, profileDirectory } = this.bench;
    const directory = profileDirectory === null ? null : join(profileDirectory, this.name);
    return startBenchServer({ cores, dataDirectory: this.path, profileDirectory: directory });
  }
}
