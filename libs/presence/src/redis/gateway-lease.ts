import type { Clock, Logger } from '@verbatim/platform';
import { newRun, type PresenceCommands } from './presence-commands.js';
import { CLOSING_GRACE_MS, LEASE_RENEWED_EVERY_MS, REGISTER_EVERY_MS, SETTLING_MS } from './presence-limits.js';

export type LeaseOptions = {
  readonly commands: PresenceCommands;
  readonly clock: Clock;
  readonly gatewayId: string;
  readonly logger: Logger;
  /** Tells everything under a run that has just begun. Rejects when Redis does not take it. */
  readonly tellAll: (run: string) => Promise<void>;
};

/**
 * The right of this gateway to be believed. It holds for one run, as long as it is renewed; what was told under a run that was lost is
 * told again, all of it, under the next.
 */
export class GatewayLease {
  #run: string | null = null;
  /** The run before, until it is retired. */
  #lost: string | null = null;
  #beginning: Promise<void> | null = null;
  #triedAtMs = -Infinity;
  #beganAtMs = 0;
  #renewedAtMs = 0;
  #isSweeping = false;

  constructor(private readonly options: LeaseOptions) {}

  /** Null while nothing that this gateway says would be heard. */
  get run(): string | null {
    return this.#run;
  }

  lose(): void {
    this.#lost = this.#run ?? this.#lost;
    this.#run = null;
  }

  /** Once at a time. Rejects when Redis does not take it; `tick` tries again. */
  begin(): Promise<void> {
    this.#beginning ??= this.#begin().finally(() => (this.#beginning = null));
    return this.#beginning;
  }

  /** @param isUp whether Redis answers */
  tick(isUp: boolean): void {
    const nowMs = this.options.clock.nowMs();
    if (!isUp) return;
    if (this.#run === null) {
      if (nowMs - this.#triedAtMs >= REGISTER_EVERY_MS) this.begin().catch(this.#warn);
    } else if (nowMs - this.#renewedAtMs >= LEASE_RENEWED_EVERY_MS) {
      this.#renewedAtMs = nowMs;
      this.#renew(this.#run).catch(this.#warn);
    }
  }

  /** Leaves the users of this gateway a moment to come back elsewhere. */
  async close(): Promise<void> {
    const run = this.#run;
    this.#run = null;
    if (run !== null) await this.options.commands.retire(run, CLOSING_GRACE_MS).catch(this.#warn);
  }

  async #begin(): Promise<void> {
    const { commands, clock, gatewayId, tellAll } = this.options;
    this.lose();
    this.#triedAtMs = clock.nowMs();
    const run = newRun(gatewayId);
    await commands.begin(run);
    this.#run = run;
    this.#beganAtMs = this.#renewedAtMs = clock.nowMs();
    await tellAll(run).catch((error: unknown) => {
      this.lose();
      throw error;
    });
    if (this.#lost !== null) await commands.retire(this.#lost, 0);
    this.#lost = null;
  }

  async #renew(run: string): Promise<void> {
    const ended = await this.options.commands.renew(run);
    if (ended === null) {
      if (this.#run === run) await this.begin();
      return;
    }
    // Right after a comeback of Redis every lease has ended; those who live renew theirs first.
    const isSettled = this.options.clock.nowMs() - this.#beganAtMs >= SETTLING_MS;
    if (isSettled && !this.#isSweeping) await this.#sweep(ended);
  }

  async #sweep(runs: readonly string[]): Promise<void> {
    this.#isSweeping = true;
    try {
      for (const run of runs) while (this.#run !== null && (await this.options.commands.sweep(run)) > 0);
    } finally {
      this.#isSweeping = false;
    }
  }

  readonly #warn = (error: unknown): void =>
    this.options.logger.warn('Redis did not take what presence had to say', { error });
}
