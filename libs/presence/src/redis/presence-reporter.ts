import type { Clock } from '@verbatim/platform';
import type { MemoryPresence } from '../memory/memory-presence.js';
import type { GatewayLease } from './gateway-lease.js';
import { inParts, type KnownStatus, type PresenceCommands, type WrittenUser } from './presence-commands.js';
import { REWRITTEN_WITHIN_S, USERS_PER_SCRIPT, WRITES_IN_FLIGHT_MAX } from './presence-limits.js';

export type ReporterParts = {
  readonly local: MemoryPresence;
  readonly commands: PresenceCommands;
  readonly clock: Clock;
  readonly lease: () => GatewayLease;
  /** Somebody who was here is not any more. Null when Redis could not say what that makes him. */
  readonly onGone: (userId: string, known: KnownStatus | null) => void;
};

/** Tells Redis who is here: what has changed once a turn, everything at the beginning of a lease, and a little of everything each second. */
export class PresenceReporter {
  /** Users of whom Redis has not been told what is so. Empty while there is no lease: all is told at its beginning. */
  readonly #untold = new Set<string>();
  /** When those among them who left were last seen. */
  readonly #leftAtMs = new Map<string, number>();
  #isFlushPlanned = false;
  #writes = 0;
  #rewriting: Iterator<string> | null = null;

  constructor(private readonly parts: ReporterParts) {}

  /** The user came, or his devices are others. */
  changed(userId: string): void {
    if (this.#run === null) return;
    this.#untold.add(userId);
    if (this.#isFlushPlanned) return;
    this.#isFlushPlanned = true;
    setImmediate(() => this.flush());
  }

  left(userId: string, atMs: number): void {
    if (this.#run === null) return this.parts.onGone(userId, null);
    this.#leftAtMs.set(userId, atMs);
    this.changed(userId);
  }

  /** Sends what is untold, a crowd little by little. What is asked on the same connection afterwards is answered with what was sent. */
  flush(): void {
    this.#isFlushPlanned = false;
    const run = this.#run;
    if (run === null || this.#untold.size === 0) return;
    while (this.#untold.size > 0 && this.#writes < WRITES_IN_FLIGHT_MAX) {
      void this.#writePart(run, this.#takeUntold());
    }
  }

  /** @throws RedisUnavailableError */
  async tellAll(run: string): Promise<void> {
    for (const part of inParts([...this.parts.local.userIds()])) await this.#write(run, part);
  }

  /** Redis may have dropped keys, if it is short of memory. */
  tellSome(): void {
    const { local } = this.parts;
    const users = Math.min(USERS_PER_SCRIPT, Math.ceil(local.users / REWRITTEN_WITHIN_S));
    for (let told = 0; told < users; told += 1) {
      const next = (this.#rewriting ??= local.userIds()).next();
      if (next.done === true) this.#rewriting = null;
      else this.changed(next.value as string);
    }
  }

  /** Redis is gone, or the lease is: nothing told is worth anything, and what is untold is told with everything else. */
  lost(): void {
    this.parts.lease().lose();
    const untold = [...this.#untold];
    this.#untold.clear();
    this.#leftAtMs.clear();
    for (const userId of untold) this.#goneUnlessHere(userId, null);
  }

  get #run(): string | null {
    return this.parts.lease().run;
  }

  #takeUntold(): readonly string[] {
    const part: string[] = [];
    for (const userId of this.#untold) {
      part.push(userId);
      this.#untold.delete(userId);
      if (part.length === USERS_PER_SCRIPT) break;
    }
    return part;
  }

  async #writePart(run: string, userIds: readonly string[]): Promise<void> {
    this.#writes += 1;
    await this.#write(run, userIds).catch(() => this.#notTaken(run));
    this.#writes -= 1;
    this.flush();
  }

  async #write(run: string, userIds: readonly string[]): Promise<void> {
    const users = userIds.map((userId) => this.#written(userId));
    const gone = users.flatMap(({ userId, deviceIds }, index) => (deviceIds === null ? [{ userId, index }] : []));
    try {
      const statuses = await this.parts.commands.write(run, users);
      if (statuses === null) this.#notTaken(run);
      for (const { userId, index } of gone) this.#goneUnlessHere(userId, statuses?.[index] ?? null);
    } catch (error) {
      for (const { userId } of gone) this.#goneUnlessHere(userId, null);
      throw error;
    }
  }

  #written(userId: string): WrittenUser {
    const deviceIds = this.parts.local.devicesOf(userId);
    const leftAtMs = this.#leftAtMs.get(userId);
    this.#leftAtMs.delete(userId);
    const agoMs = leftAtMs === undefined ? 0 : Math.max(0, this.parts.clock.nowMs() - leftAtMs);
    return { userId, deviceIds, agoMs };
  }

  #goneUnlessHere(userId: string, known: KnownStatus | null): void {
    if (this.parts.local.devicesOf(userId) === null) this.parts.onGone(userId, known);
  }

  #notTaken(run: string): void {
    if (this.#run === run) this.lost();
  }
}
