import type { EventStore } from '@verbatim/event-store';
import {
  type Backoff,
  type Clock,
  type Logger,
  type Metrics,
  OperatorError,
  fullJitterMs,
  pause,
} from '@verbatim/platform';
import {
  projections as allProjections,
  type BuildRecord,
  type Checkpoint,
  type Projection,
  type ProjectionName,
  type ReadModelStore,
} from '@verbatim/read-models';
import type { ParkedEvents, ParkedEventsStore } from '../parked/parked-events.js';
import { replayParked } from '../parked/replay-parked.js';
import { assertOfThisLog } from './checkpoint-check.js';
import { groupByDistance } from './lane-groups.js';
import { isUndecodable, type LogEntry } from './log-entry.js';
import { ProjectionFeed, type FeedEnd } from './projection-feed.js';
import { ProjectionLane, type LaneDependencies } from './projection-lane.js';
import { runnerMetrics, type RunnerMetrics } from './runner-metrics.js';

const OPEN_RETRY: Backoff = { baseMs: 50, capMs: 5_000 };

export type ProjectionRunnerOptions = {
  readonly eventStore: EventStore;
  readonly store: ReadModelStore;
  readonly parkedEvents: ParkedEventsStore;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly projections?: readonly Projection[];
};

export type ProjectionStatus = {
  readonly projection: ProjectionName;
  readonly state: 'catching-up' | 'live' | 'retrying' | 'stopped';
  /** Why it is stopped or retrying. */
  readonly reason: string | null;
  readonly checkpoint: Checkpoint | null;
  readonly gapEvents: number;
  readonly parkedCount: number;
};

/** Keeps the active build of every projection up to date with the log. */
export class ProjectionRunner {
  readonly #metrics: RunnerMetrics;
  #feeds: ProjectionFeed[] = [];
  #starting: Promise<void> = Promise.resolve();
  #retryingBecause: string | null = null;
  #brokenBy: string | null = null;
  #stopping = new AbortController();

  constructor(private readonly options: ProjectionRunnerOptions) {
    this.#metrics = runnerMetrics(options.metrics);
  }

  /** @throws ReadModelsAheadError when the read models hold events that the log does not have */
  async start(): Promise<void> {
    this.#stopping = new AbortController();
    this.#brokenBy = null;
    this.#starting = this.#open();
    await this.#starting;
  }

  /** After the writes under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#starting.catch(() => undefined);
    await this.#closeFeeds();
  }

  /** Resolves when everything that the log holds is written. Rejects when the runner stops before. */
  async whenCaughtUp(): Promise<void> {
    await Promise.all(this.#feeds.map((feed) => feed.whenCaughtUp()));
  }

  status(): readonly ProjectionStatus[] {
    return this.#feeds.flatMap((feed) => feed.lanes.map((lane) => this.#statusOf(feed, lane)));
  }

  /** For readiness, by projection: `ok`, or why it has stopped. */
  checks(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.status().map(({ projection, state, reason }) => [
        projection,
        state === 'stopped' ? `stopped: ${reason}` : 'ok',
      ]),
    );
  }

  /** Folds what is parked again, in its order, and lets go of what went well. @returns what stays parked */
  async replayParked(): Promise<readonly ParkedEvents[]> {
    const left: ParkedEvents[] = [];
    for (const feed of this.#feeds)
      for (const lane of feed.lanes)
        for (const parked of lane.parked)
          if (!(await feed.between(() => replayParked(this.options, lane, parked)))) left.push(parked);
    return left;
  }

  async #open(): Promise<void> {
    const { eventStore, store, parkedEvents, projections = allProjections } = this.options;
    const builds = await store.builds();
    const parked = await parkedEvents.all();
    const lanes: ProjectionLane[] = [];
    for (const projection of projections) {
      const build = builds.find(({ projection: name, status }) => name === projection.name && status === 'active');
      if (build === undefined) throw new Error(`no active build of ${projection.name}`);
      await assertOfThisLog(eventStore, build);
      lanes.push(this.#laneOf(projection, build, parked));
    }
    const groups = await groupByDistance(eventStore, lanes);
    if (this.#stopping.signal.aborted) return;
    this.#feeds = groups.map((group) => this.#feedOf(group));
    for (const feed of this.#feeds) this.#observe(feed);
  }

  #laneOf(projection: Projection, build: BuildRecord, parked: readonly ParkedEvents[]): ProjectionLane {
    const { store, parkedEvents, clock, logger } = this.options;
    const onPoison: LaneDependencies['onPoison'] = (lane, place, reason) => {
      const { name, poisonPolicy: action } = lane.projection;
      const { streamName, position } = place;
      logger.error('an event cannot be folded', {
        projection: name,
        action,
        streamName,
        position: `${position}`,
        reason,
      });
    };
    return new ProjectionLane(projection, build, parked, { store, parkedEvents, clock, onPoison });
  }

  #feedOf(lanes: readonly ProjectionLane[]): ProjectionFeed {
    const { eventStore, store } = this.options;
    const observer = {
      onWritten: (entries: readonly LogEntry[]) => this.#written(lanes, entries),
      onRetry: (error: unknown, attempt: number) => this.#retrying(error, attempt),
      onEnded: (reason: FeedEnd) => this.#ended(reason),
    };
    return new ProjectionFeed({ eventStore, store, lanes, observer });
  }

  #written(lanes: readonly ProjectionLane[], entries: readonly LogEntry[]): void {
    this.#retryingBecause = null;
    for (const { projection } of lanes) this.#metrics.written(projection.name, entries.length);
  }

  #retrying(error: unknown, attempt: number): void {
    this.#retryingBecause = error instanceof Error ? error.message : String(error);
    this.#metrics.retried();
    this.options.logger.warn('work on read models is tried again', { error, attempt });
  }

  #ended(reason: FeedEnd): void {
    const { logger } = this.options;
    if (reason !== 'superseded') {
      this.#brokenBy = reason.message;
      return logger.error('the projections stand still', { error: reason });
    }
    logger.info('a rebuilt read model took over');
    this.#starting = this.#openAgain(this.#stopping.signal);
    this.#starting.catch((error: unknown) => this.#ended(error as Error));
  }

  /** Whoever supersedes a build writes a lot just then: a store that does not answer is asked until it does. */
  async #openAgain(stopping: AbortSignal): Promise<void> {
    await this.#closeFeeds();
    for (let attempt = 0; !stopping.aborted; attempt += 1)
      try {
        await this.#open();
        this.#retryingBecause = null;
        return;
      } catch (error) {
        if (error instanceof OperatorError) throw error;
        this.#retrying(error, attempt);
        await pause(fullJitterMs(OPEN_RETRY, attempt), stopping);
      }
  }

  async #closeFeeds(): Promise<void> {
    const feeds = this.#feeds;
    await Promise.all(feeds.map((feed) => feed.close()));
  }

  #statusOf(feed: ProjectionFeed, lane: ProjectionLane): ProjectionStatus {
    const { checkpoint, parked } = lane;
    const projection = lane.projection.name;
    const common = { projection, checkpoint, gapEvents: feed.gapEvents, parkedCount: parked.length };
    const stoppedBy = lane.stoppedBy ?? this.#brokenBy;
    if (stoppedBy !== null) return { ...common, state: 'stopped', reason: stoppedBy };
    if (this.#retryingBecause !== null) return { ...common, state: 'retrying', reason: this.#retryingBecause };
    return { ...common, state: feed.isCaughtUp ? 'live' : 'catching-up', reason: null };
  }

  #lagSecondsOf({ oldestUnwritten }: ProjectionFeed): number {
    if (oldestUnwritten === null || isUndecodable(oldestUnwritten)) return 0;
    const recordedAtMs = Date.parse(oldestUnwritten.metadata.recordedAt);
    return Math.max(0, this.options.clock.nowMs() - recordedAtMs) / 1_000;
  }

  #observe(feed: ProjectionFeed): void {
    for (const lane of feed.lanes)
      this.#metrics.observe(lane.projection.name, {
        lagSeconds: () => this.#lagSecondsOf(feed),
        gapEvents: () => feed.gapEvents,
        parkedCount: () => lane.parked.length,
        isStopped: () => lane.stoppedBy !== null || this.#brokenBy !== null,
      });
  }
}
