import { type Logger, type Metrics, OperatorError, pause } from '@verbatim/platform';

/** A right that one process at a time has, for a while. Terms rise with every new holder. */
export interface Lease {
  /** How long it holds after an acquisition or a renewal began, ms. */
  readonly ttlMs: number;
  /** The term, when nobody else has it. */
  acquire(): Promise<number | null>;
  /** False: somebody else has it. */
  renew(term: number): Promise<boolean>;
  /** Gives it back, so that nobody has to wait for its end. */
  release(term: number): Promise<void>;
}

/** What the holder of the lease does. */
export type LedWork = { readonly start: () => Promise<void>; readonly stop: () => Promise<void> };

export type LeadershipOptions = {
  readonly lease: Lease;
  readonly work: LedWork;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** The work cannot be done by anybody until an operator has done something. */
  readonly onFatal: (error: unknown) => void;
  /** Time between two looks at the lease; a quarter of its life when absent. */
  readonly lookEveryMs?: number;
};

/** A holder that could not renew gives up this part of the lease's life before its end: the next one finds nobody at work. */
const MARGIN_PART = 0.2;

/**
 * Does the work while this process holds the lease, and stands by while another does. The lease saves double work; that
 * work done twice does no harm is the matter of whoever writes.
 */
export class Leadership {
  #term: number | null = null;
  #lastTerm = 0;
  #validUntilMs = 0;
  #stepDown: Promise<void> = Promise.resolve();
  #running: Promise<void> | null = null;
  #trouble: string | null = null;
  readonly #stopping = new AbortController();

  constructor(private readonly options: LeadershipOptions) {
    const { metrics } = options;
    const leader = { name: 'projector_leader_info', help: '1 in the process that writes the read models.' };
    metrics.gauge({ ...leader, read: () => (this.isLeader ? 1 : 0) });
    const term = { name: 'projector_term_count', help: 'Number of the lease that this process had last.' };
    metrics.gauge({ ...term, read: () => this.#lastTerm });
  }

  get isLeader(): boolean {
    return this.#term !== null;
  }

  /** For readiness: a process that stands by is ready to take over. */
  get check(): string {
    return this.#trouble ?? 'ok';
  }

  start(): void {
    this.#running = this.#run();
  }

  /** After the batch under way; the lease is free for the next one then. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    const term = this.#term;
    await this.#yield();
    if (term !== null) await this.options.lease.release(term).catch((error: unknown) => this.#failed(error));
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#look();
      await pause(this.#lookEveryMs, this.#stopping.signal);
    }
  }

  get #lookEveryMs(): number {
    const { lease, lookEveryMs = lease.ttlMs / 4 } = this.options;
    return lookEveryMs;
  }

  async #look(): Promise<void> {
    try {
      if (this.#term === null) await this.#tryToLead();
      else await this.#stayLeader(this.#term);
      this.#trouble = null;
    } catch (error) {
      this.#failed(error);
    }
    if (this.#term !== null && performance.now() >= this.#validUntilMs) await this.#yield('the lease ran out');
  }

  async #tryToLead(): Promise<void> {
    const { lease, work, logger, onFatal } = this.options;
    await this.#stepDown;
    const askedAtMs = performance.now();
    const term = await lease.acquire();
    if (term === null) return;
    this.#lead(term, askedAtMs);
    logger.info('this process leads', { term });
    try {
      await this.#renewUntil(term, work.start());
    } catch (error) {
      await this.#yield();
      await lease.release(term);
      if (error instanceof OperatorError) return onFatal(error);
      throw error;
    }
  }

  /** The work may take longer to start than the lease lives. A lease that is lost meanwhile has run out when it has started. */
  async #renewUntil(term: number, started: Promise<void>): Promise<void> {
    const isStarted = started.then(() => true);
    const later = (): Promise<boolean> => pause(this.#lookEveryMs).then(() => false);
    while (!(await Promise.race([isStarted, later()]))) {
      const askedAtMs = performance.now();
      const renewed = this.options.lease.renew(term).catch((error: unknown) => this.#failed(error));
      if ((await Promise.race([renewed, isStarted.then(() => null)])) === true) this.#lead(term, askedAtMs);
    }
  }

  async #stayLeader(term: number): Promise<void> {
    const askedAtMs = performance.now();
    // A State that does not answer must not keep this process at work beyond the end of its lease.
    const outOfTime = pause(Math.max(0, this.#validUntilMs - askedAtMs)).then(() => 'late' as const);
    const outcome = await Promise.race([this.options.lease.renew(term), outOfTime]);
    if (outcome === true) this.#lead(term, askedAtMs);
    else await this.#yield(outcome === 'late' ? 'the lease ran out' : 'another process leads');
  }

  #lead(term: number, askedAtMs: number): void {
    this.#term = term;
    this.#lastTerm = term;
    this.#validUntilMs = askedAtMs + this.options.lease.ttlMs * (1 - MARGIN_PART);
  }

  /** Stops the work. Until it has stopped this process does not try to lead again. */
  async #yield(reason?: string): Promise<void> {
    if (this.#term === null) return this.#stepDown;
    if (reason !== undefined) this.options.logger.warn('this process leads no more', { term: this.#term, reason });
    this.#term = null;
    this.#stepDown = this.options.work.stop();
    await this.#stepDown;
  }

  #failed(error: unknown): void {
    this.#trouble = `State does not answer: ${error instanceof Error ? error.message : String(error)}`;
    this.options.logger.warn('the lease could not be asked for', { error });
  }
}
