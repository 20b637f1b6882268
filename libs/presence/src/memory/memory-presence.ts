import { createBoundedCache, type BoundedCache, type Clock } from '@verbatim/platform';
import { afterJoin, afterLeave, devicesOf, nobodySeen, type PresenceEntry } from '../presence.js';
import {
  PRESENCE_OFFLINE_GRACE_MS,
  type PresenceListener,
  type PresenceRegistry,
  type UserPresence,
  type UserSessions,
} from '../presence-registry.js';
import { noSignals } from '../signal-relay.js';

export type MemoryPresenceOptions = {
  readonly clock: Clock;
  /** How this process's gateway is called in `whereAre`. */
  readonly gatewayId?: string;
  readonly offlineGraceMs?: number;
  /** Users who went offline and whose last sign of life is remembered; the longest gone leave first. */
  readonly rememberedMaxUsers?: number;
};
const REMEMBERED_MAX_USERS = 100_000;
const ONLY_GATEWAY_ID = 'gateway';

/** Presence of one process, in its memory. Every change is told to everybody, watched or not. */
export class MemoryPresence implements PresenceRegistry {
  readonly signals = noSignals;
  readonly isShared = false;
  readonly isUp = true;
  /** Online users, those in their grace included. */
  readonly #online = new Map<string, PresenceEntry>();
  /** End of the grace by user, in the order of the ends: the grace is the same for everyone. */
  readonly #leaving = new Map<string, number>();
  readonly #lastSeenAtMs: BoundedCache<string, number>;
  readonly #listeners = new Set<PresenceListener>();
  readonly #leftListeners = new Set<(userId: string) => void>();
  readonly #offlineGraceMs: number;

  constructor(private readonly options: MemoryPresenceOptions) {
    this.#offlineGraceMs = options.offlineGraceMs ?? PRESENCE_OFFLINE_GRACE_MS;
    this.#lastSeenAtMs = createBoundedCache({ entriesMax: options.rememberedMaxUsers ?? REMEMBERED_MAX_USERS });
  }

  connected(userId: string, connectionId: string, deviceId: string): void {
    const entry = this.#online.get(userId);
    this.#online.set(userId, afterJoin(entry ?? nobodySeen, connectionId, deviceId));
    this.#leaving.delete(userId);
    if (entry === undefined) this.#announce({ userId, status: 'online', lastSeenAtMs: null });
  }

  disconnected(userId: string, connectionId: string): void {
    const entry = this.#online.get(userId);
    if (entry === undefined || !entry.connections.has(connectionId)) return;
    const nowMs = this.options.clock.nowMs();
    const left = afterLeave(entry, connectionId, nowMs);
    this.#online.set(userId, left);
    if (left.connections.size === 0) this.#leaving.set(userId, nowMs + this.#offlineGraceMs);
  }

  statusOf(userIds: readonly string[]): Promise<readonly UserPresence[]> {
    return Promise.resolve(userIds.map((userId) => this.#presenceOf(userId)));
  }

  whereAre(userIds: readonly string[]): Promise<readonly UserSessions[]> {
    const { gatewayId = ONLY_GATEWAY_ID } = this.options;
    const sessions = userIds.map((userId) => {
      const deviceIds = this.devicesOf(userId) ?? [];
      return { userId, gateways: deviceIds.length === 0 ? [] : [{ gatewayId, deviceIds }] };
    });
    return Promise.resolve(sessions);
  }

  watch(): void {}
  unwatch(): void {}

  subscribe(listener: PresenceListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  onLeft(listener: (userId: string) => void): void {
    this.#leftListeners.add(listener);
  }

  get users(): number {
    return this.#online.size;
  }

  /** Users with a connection, or in their grace. */
  userIds(): IterableIterator<string> {
    return this.#online.keys();
  }

  /** Null for a user who is not here; empty for one in his grace. */
  devicesOf(userId: string): readonly string[] | null {
    const entry = this.#online.get(userId);
    return entry === undefined ? null : devicesOf(entry);
  }

  tick(): void {
    const nowMs = this.options.clock.nowMs();
    for (const [userId, endsAtMs] of this.#leaving) {
      if (endsAtMs > nowMs) return;
      this.#goneOffline(userId, endsAtMs);
    }
  }

  close(): Promise<void> {
    this.#listeners.clear();
    this.#leftListeners.clear();
    return Promise.resolve();
  }

  #goneOffline(userId: string, endsAtMs: number): void {
    const lastSeenAtMs = this.#online.get(userId)?.lastSeenAtMs ?? endsAtMs;
    this.#leaving.delete(userId);
    this.#online.delete(userId);
    this.#lastSeenAtMs.set(userId, lastSeenAtMs);
    this.#announce({ userId, status: 'offline', lastSeenAtMs });
    for (const listener of this.#leftListeners) listener(userId);
  }

  #presenceOf(userId: string): UserPresence {
    if (this.#online.has(userId)) return { userId, status: 'online', lastSeenAtMs: null };
    return { userId, status: 'offline', lastSeenAtMs: this.#lastSeenAtMs.get(userId) ?? null };
  }

  #announce(change: UserPresence): void {
    for (const listener of this.#listeners) listener(change);
  }
}
