import type { EventStore, UndecodableEventError } from '@verbatim/event-store';
import { fullJitterMs, pause, type Backoff, type Clock, type Logger, type Metrics } from '@verbatim/platform';
import type { Checkpoint } from '@verbatim/read-models';
import { isUndecodable } from '../runner/log-entry.js';
import { parkedReactionOf, type ParkedReaction, type ParkedReactions } from './parked-reactions.js';
import type { ReactorCheckpoint, ReactorCheckpoints } from './reactor-checkpoints.js';
import { isFinal, nullWhenUndecodable } from './reactor-errors.js';
import { ReactorFeed, type FeedSignals } from './reactor-feed.js';
import { reactorMetrics, type ReactorMetrics } from './reactor-metrics.js';
import { startOf } from './reactor-start.js';
import type { Reactor, ReactorState } from './reactor.js';

/** Before the log is read again from the checkpoint. */
const RESTART: Backoff = { baseMs: 100, capMs: 5_000 };
/** Time for the batch under way to be handled and remembered when the reactor is told to stop, ms. */
const STOP_GRACE_MS = 1_000;

export type ReactorRunnerOptions = {
  readonly eventStore: EventStore;
  readonly checkpoints: ReactorCheckpoints;
  readonly parkedReactions: ParkedReactions;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
};

export type ReactorStatus = {
  readonly reactor: string;
  readonly state: ReactorState;
  /** Why it is stopped or retrying. */
  readonly reason: string | null;
  readonly checkpoint: Checkpoint | null;
  readonly gapEvents: number;
  readonly parkedCount: number;
};

type Run = { readonly stop: () => void; readonly abandon: () => void; readonly finished: Promise<void> };

/**
 * Runs a reactor behind the log, from its checkpoint in State. Whatever fails is tried again with backoff for as long as it takes;
 * an event that cannot be decoded is parked. May be stopped and started again, by whoever knows which process leads.
 */
export class ReactorRunner {
  readonly #stored: ReactorCheckpoint;
  readonly #metrics: ReactorMetrics;
  #run: Run | null = null;
  #feed: ReactorFeed | null = null;
  #checkpoint: Checkpoint | null = null;
  #parked: readonly ParkedReaction[] = [];
  #stoppedBy: string | null = null;
  #retryingBecause: string | null = null;
  #restarts = 0;

  constructor(
    readonly reactor: Reactor,
    private readonly options: ReactorRunnerOptions,
  ) {
    this.#stored = options.checkpoints(reactor.name);
    this.#metrics = reactorMetrics(options.metrics, reactor.name, {
      lagSeconds: () => this.#lagSeconds(),
      gapEvents: () => this.#feed?.gapEvents ?? 0,
      parkedCount: () => this.#parked.length,
      isStopped: () => this.#stoppedBy !== null,
    });
  }

  /** Begins to work in the background; trouble shows in `status()`. */
  start(): void {
    if (this.#run !== null) return;
    const stopping = new AbortController();
    const abandoned = new AbortController();
    this.#stoppedBy = null;
    this.#restarts = 0;
    const finished = this.#keepRunning({ stopping: stopping.signal, abandoned: abandoned.signal });
    this.#run = { stop: () => stopping.abort(), abandon: () => abandoned.abort(), finished };
  }

  /** After the batch under way, if that takes no longer than 1 s. */
  async stop(): Promise<void> {
    const run = this.#run;
    if (run === null) return;
    run.stop();
    await Promise.race([run.finished, pause(STOP_GRACE_MS)]);
    run.abandon();
    await run.finished;
    if (this.#run === run) this.#run = null;
  }

  status(): ReactorStatus {
    return {
      reactor: this.reactor.name,
      state: this.#state(),
      reason: this.#stoppedBy ?? this.#retryingBecause,
      checkpoint: this.#checkpoint,
      gapEvents: this.#feed?.gapEvents ?? 0,
      parkedCount: this.#parked.length,
    };
  }

  #state(): ReactorState {
    if (this.#stoppedBy !== null) return 'stopped';
    if (this.#run === null) return 'standby';
    if (this.#retryingBecause !== null) return 'retrying';
    return this.#feed?.isLive === true ? 'live' : 'catching-up';
  }

  async #keepRunning(signals: FeedSignals): Promise<void> {
    const { logger } = this.options;
    const { name: reactor } = this.reactor;
    while (!signals.stopping.aborted) {
      try {
        await this.#readLog(signals);
        if (!signals.stopping.aborted) logger.warn('another process runs this reactor too', { reactor });
      } catch (error) {
        if (isFinal(error)) return this.#standStill(error);
        if (!signals.stopping.aborted) this.#retrying(error);
      }
      this.#feed = null;
      await pause(fullJitterMs(RESTART, this.#restarts++), signals.stopping);
    }
    this.#retryingBecause = null;
  }

  async #readLog(signals: FeedSignals): Promise<void> {
    const { reactor } = this;
    const { eventStore, parkedReactions, clock } = this.options;
    const start = await startOf(reactor, this.#stored, eventStore);
    this.#checkpoint = start;
    this.#parked = await parkedReactions.of(reactor.name);
    await this.#reactToParked(signals);
    const feed = new ReactorFeed({
      ...{ reactor, eventStore, signals, checkpoint: this.#stored },
      park: async (error) => {
        await parkedReactions.park(parkedReactionOf(reactor.name, error, clock.nowIso()));
        this.#parked = await parkedReactions.of(reactor.name);
        this.#tellParked(error);
      },
      observer: {
        onHandled: (events, checkpoint) => this.#handled(events, checkpoint),
        onRetry: (error) => this.#retrying(error),
      },
    });
    this.#feed = feed;
    this.#retryingBecause = null;
    await feed.follow(start);
  }

  /** A later release, or a repaired one, may understand what an earlier one could not. */
  async #reactToParked({ stopping, abandoned }: FeedSignals): Promise<void> {
    const { eventStore, parkedReactions } = this.options;
    for (const parked of this.#parked) {
      const event = await eventStore.readAt(parked.position).catch(nullWhenUndecodable);
      if (stopping.aborted) return;
      if (event?.eventId !== parked.eventId) continue;
      await this.reactor.reactLate(event, abandoned);
      await parkedReactions.remove(parked);
      this.#parked = this.#parked.filter((other) => other !== parked);
      this.#metrics.handled(1);
    }
  }

  #handled(events: number, checkpoint: Checkpoint): void {
    this.#checkpoint = checkpoint;
    this.#retryingBecause = null;
    this.#restarts = 0;
    this.#metrics.handled(events);
  }

  #retrying(error: unknown): void {
    const { name: reactor } = this.reactor;
    const reason = error instanceof Error ? error.message : String(error);
    // Once per trouble: it may last for hours, with a try every few seconds.
    if (this.#retryingBecause === null) this.options.logger.warn('a reactor tries again', { reactor, reason });
    this.#retryingBecause = reason;
    this.#metrics.retried();
  }

  #standStill(error: Error): void {
    this.#stoppedBy = error.message;
    this.options.logger.error('a reactor stands still', { reactor: this.reactor.name, error });
  }

  #tellParked({ place, reason, problem }: UndecodableEventError): void {
    const { streamName, position } = place;
    this.options.logger.error('an event cannot be decoded and is parked', {
      ...{ reactor: this.reactor.name, streamName, position: `${position}`, reason: `${reason}: ${problem}` },
    });
  }

  #lagSeconds(): number {
    const oldest = this.#feed?.oldestInHand ?? null;
    if (oldest === null || isUndecodable(oldest)) return 0;
    return Math.max(0, this.options.clock.nowMs() - Date.parse(oldest.metadata.recordedAt)) / 1_000;
  }
}
