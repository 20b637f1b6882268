import type { RedisSubscriber } from '@verbatim/redis';
import type { PresenceStatus } from '../presence-registry.js';
import type { KnownStatus } from './presence-commands.js';

/** The users whose changes are wanted: what was told of each last, and the channels that their changes come by. */
export class WatchedUsers {
  readonly #lastTold = new Map<string, KnownStatus | null>();
  readonly #usersByChannel = new Map<string, number>();
  #subscribing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly subscriber: RedisSubscriber,
    private readonly channelOf: (userId: string) => string,
  ) {}

  get userIds(): readonly string[] {
    return [...this.#lastTold.keys()];
  }

  has(userId: string): boolean {
    return this.#lastTold.has(userId);
  }

  add(userId: string): void {
    if (this.#lastTold.has(userId)) return;
    this.#lastTold.set(userId, null);
    const channel = this.channelOf(userId);
    const users = this.#usersByChannel.get(channel) ?? 0;
    this.#usersByChannel.set(channel, users + 1);
    if (users === 0) this.#subscribing = Promise.all([this.#subscribing, this.subscriber.subscribe(channel)]);
  }

  remove(userId: string): void {
    if (!this.#lastTold.delete(userId)) return;
    const channel = this.channelOf(userId);
    const users = (this.#usersByChannel.get(channel) as number) - 1;
    if (users > 0) return void this.#usersByChannel.set(channel, users);
    this.#usersByChannel.delete(channel);
    this.subscriber.unsubscribe(channel);
  }

  /** Resolves when no change of the users who are watched by now passes unheard, or the channels are away. */
  async listening(): Promise<void> {
    await this.#subscribing;
  }

  /** Takes what is newer than what is known. True when it is another status than the one told last. */
  learn(userId: string, known: KnownStatus): boolean {
    const before = this.#lastTold.get(userId);
    if (before === undefined || (before !== null && before.atMs > known.atMs)) return false;
    this.#lastTold.set(userId, known);
    return before?.status !== known.status;
  }

  /** Nothing was told of him yet. */
  isUntold(userId: string): boolean {
    return this.#lastTold.get(userId) === null;
  }

  /** What is newer: that which is known, or that which is at hand. */
  newest(userId: string, atHand: KnownStatus): KnownStatus {
    const known = this.#lastTold.get(userId);
    return known !== undefined && known !== null && known.atMs > atHand.atMs ? known : atHand;
  }

  /** Told without Redis's saying so: whatever Redis says next is newer. */
  assume(userId: string, status: PresenceStatus): boolean {
    const before = this.#lastTold.get(userId);
    if (before === undefined) return true;
    this.#lastTold.set(userId, { status, lastSeenAtMs: null, atMs: before?.atMs ?? 0 });
    return before?.status !== status;
  }
}
