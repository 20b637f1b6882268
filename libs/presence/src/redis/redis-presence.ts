import { randomUUID } from 'node:crypto';
import type { Clock, Logger } from '@verbatim/platform';
import type { RedisConnection, RedisSubscriber } from '@verbatim/redis';
import { MemoryPresence } from '../memory/memory-presence.js';
import type { PresenceListener, PresenceRegistry, UserPresence, UserSessions } from '../presence-registry.js';
import { GatewayLease } from './gateway-lease.js';
import { PresenceCommands, gatewayIdOf, inParts, type KnownStatus } from './presence-commands.js';
import { SETTLING_MS } from './presence-limits.js';
import { readChanges } from './presence-messages.js';
import { PresenceReporter } from './presence-reporter.js';
import { RedisSignals } from './redis-signals.js';
import { WatchedUsers } from './watched-users.js';

export type RedisPresenceOptions = {
  readonly redis: RedisConnection;
  /** Its messages go to `heard`. */
  readonly subscriber: RedisSubscriber;
  readonly gatewayId: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly offlineGraceMs?: number;
  /** Replaces Redis's clock in specs. */
  readonly redisNowMs?: () => number;
};

const HERE = { status: 'online', lastSeenAtMs: null } as const;
const NOBODY_KNOWS = { status: 'unknown', lastSeenAtMs: null } as const;

/**
 * Presence of all gateways that share a Redis. What this process's own connections say is known here and never depends on Redis; it is
 * told to Redis in batches, one a turn, and once more, all of it, whenever Redis may have lost it.
 */
export class RedisPresence implements PresenceRegistry {
  readonly isShared = true;
  readonly signals: RedisSignals;
  readonly #local: MemoryPresence;
  readonly #commands: PresenceCommands;
  readonly #lease: GatewayLease;
  readonly #reporter: PresenceReporter;
  readonly #watched: WatchedUsers;
  readonly #listeners = new Set<PresenceListener>();
  #askAgainAtMs = Infinity;

  constructor(private readonly options: RedisPresenceOptions) {
    const { clock, gatewayId, logger, offlineGraceMs, redis, redisNowMs, subscriber } = options;
    this.#local = new MemoryPresence({
      clock,
      gatewayId,
      rememberedMaxUsers: 1,
      ...(offlineGraceMs === undefined ? {} : { offlineGraceMs }),
    });
    this.#local.subscribe((change) => this.#changedHere(change));
    this.#commands = new PresenceCommands(redis, redisNowMs);
    this.signals = new RedisSignals(redis, subscriber, randomUUID());
    const [local, commands] = [this.#local, this.#commands];
    const onGone = (userId: string, known: KnownStatus | null): void => this.#gone(userId, known);
    this.#reporter = new PresenceReporter({ local, commands, clock, lease: () => this.#lease, onGone });
    const tellAll = (run: string): Promise<void> => this.#reporter.tellAll(run);
    this.#lease = new GatewayLease({ commands, clock, gatewayId, logger, tellAll });
    this.#watched = new WatchedUsers(subscriber, (userId) => this.#commands.channelOf(userId));
  }

  get isUp(): boolean {
    const { redis, subscriber } = this.options;
    return redis.isUp && subscriber.isUp && this.#lease.run !== null;
  }

  /** To be called once, before anything else. Rejects when Redis does not take it. */
  async begin(): Promise<void> {
    const { redis, subscriber } = this.options;
    redis.onDown(() => this.#reporter.lost());
    redis.onUp(() => this.#back());
    subscriber.onUp(() => this.#askAgain());
    await this.#lease.begin();
  }

  connected(userId: string, connectionId: string, deviceId: string): void {
    this.#local.connected(userId, connectionId, deviceId);
    this.#reporter.changed(userId);
  }

  disconnected(userId: string, connectionId: string): void {
    this.#local.disconnected(userId, connectionId);
    this.#reporter.changed(userId);
  }

  async statusOf(userIds: readonly string[]): Promise<readonly UserPresence[]> {
    const isHere = (userId: string): boolean => this.#local.devicesOf(userId) !== null;
    const others = [...new Set(userIds.filter((userId) => !isHere(userId)))];
    const statuses = await this.#ask(others).catch(() => others.map(() => null));
    const answers = new Map(others.map((userId, index) => [userId, this.#answer(userId, statuses[index] ?? null)]));
    return userIds.map((userId) => {
      const answer = isHere(userId) ? HERE : (answers.get(userId) ?? NOBODY_KNOWS);
      return { userId, status: answer.status, lastSeenAtMs: answer.lastSeenAtMs };
    });
  }

  async whereAre(userIds: readonly string[]): Promise<readonly UserSessions[]> {
    try {
      if (this.#lease.run === null) throw new Error('nothing is known of the others');
      this.#reporter.flush();
      const found = await this.#commands.where(userIds);
      return userIds.map((userId, index) => ({ userId, gateways: byGateway(found[index] ?? new Map()) }));
    } catch {
      return userIds.map((userId) => ({ userId, gateways: null }));
    }
  }

  watch(userId: string): void {
    this.#watched.add(userId);
  }

  unwatch(userId: string): void {
    this.#watched.remove(userId);
  }

  subscribe(listener: PresenceListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  onLeft(listener: (userId: string) => void): void {
    this.#local.onLeft(listener);
  }

  tick(): void {
    this.#local.tick();
    this.#lease.tick(this.options.redis.isUp);
    this.#reporter.tellSome();
    this.#reporter.flush();
    if (this.options.clock.nowMs() >= this.#askAgainAtMs) void this.#tellWhatChanged();
  }

  async close(): Promise<void> {
    this.#reporter.flush();
    await this.#lease.close();
    this.#listeners.clear();
    await Promise.all([this.#local.close(), this.options.subscriber.close(), this.options.redis.close()]);
  }

  async #ask(userIds: readonly string[]): Promise<readonly KnownStatus[]> {
    if (userIds.length === 0) return [];
    if (this.#lease.run === null) throw new Error('nothing is known of the others');
    this.#reporter.flush();
    await this.#watched.listening();
    return this.#commands.statuses(userIds);
  }

  /** What to answer of somebody who is not here. What is news of somebody who is watched is told to everybody. */
  #answer(userId: string, known: KnownStatus | null): Omit<KnownStatus, 'atMs'> {
    if (!this.#watched.has(userId)) return known ?? NOBODY_KNOWS;
    if (known === null || known.status === 'unknown') this.#watched.assume(userId, 'unknown');
    else if (this.#watched.isUntold(userId)) this.#watched.learn(userId, known);
    else this.#learnt(userId, known);
    return known === null ? NOBODY_KNOWS : this.#watched.newest(userId, known);
  }

  #changedHere({ userId, status, lastSeenAtMs }: UserPresence): void {
    if (status !== 'online') this.#reporter.left(userId, lastSeenAtMs ?? this.options.clock.nowMs());
    else if (this.#watched.assume(userId, 'online')) this.#announce({ userId, status, lastSeenAtMs });
  }

  #gone(userId: string, known: KnownStatus | null): void {
    if (known !== null) this.#learnt(userId, known);
    else if (this.#watched.assume(userId, 'unknown')) this.#announce({ userId, status: 'unknown', lastSeenAtMs: null });
  }

  /** Of somebody who is not here. Of those whom nobody watches only their leaving matters. */
  #learnt(userId: string, known: KnownStatus): void {
    const isNews = this.#watched.has(userId) ? this.#watched.learn(userId, known) : known.status !== 'online';
    if (isNews) this.#announce({ userId, status: known.status, lastSeenAtMs: known.lastSeenAtMs });
  }

  /** A message of any of the channels. */
  heard(message: string, channel: string): void {
    if (this.signals.heard(message, channel)) return;
    for (const { userId, ...known } of readChanges(message)) this.#heardOf(userId, known);
  }

  #heardOf(userId: string, known: KnownStatus): void {
    if (this.#watched.has(userId) && this.#local.devicesOf(userId) === null) this.#learnt(userId, known);
  }

  #announce(change: UserPresence): void {
    for (const listener of this.#listeners) listener(change);
  }

  #back(): void {
    this.#lease.begin().then(
      () => this.#askAgain(),
      () => {}, // The next tick tries again.
    );
  }

  /** Changes passed unheard. What is so is asked at once, and again when the others had time to tell who is with them. */
  #askAgain(): void {
    this.#askAgainAtMs = this.options.clock.nowMs() + SETTLING_MS;
    void this.#tellWhatChanged();
  }

  async #tellWhatChanged(): Promise<void> {
    if (this.options.clock.nowMs() >= this.#askAgainAtMs) this.#askAgainAtMs = Infinity;
    const userIds = this.#watched.userIds.filter((userId) => this.#local.devicesOf(userId) === null);
    for (const part of inParts(userIds)) {
      const statuses = await this.#ask(part).catch(() => []);
      for (const [index, known] of statuses.entries()) {
        const userId = part[index] as string;
        if (known.status !== 'unknown') this.#heardOf(userId, known);
      }
    }
  }
}

const byGateway = (found: ReadonlyMap<string, readonly string[]>) => {
  const devices = new Map<string, Set<string>>();
  for (const [run, deviceIds] of found) {
    const gatewayId = gatewayIdOf(run);
    devices.set(gatewayId, new Set([...(devices.get(gatewayId) ?? []), ...deviceIds]));
  }
  const gateways = [...devices].map(([gatewayId, deviceIds]) => ({ gatewayId, deviceIds: [...deviceIds].sort() }));
  return gateways.sort((one, other) => (one.gatewayId < other.gatewayId ? -1 : 1));
};
