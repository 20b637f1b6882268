import type { RedisConnection, RedisSubscriber } from '@verbatim/redis';
import { SIGNAL_MAX_LENGTH, type SignalListener, type SignalRelay } from '../signal-relay.js';

/** Signals on their way to Redis; one more is lost. */
export const SIGNALS_IN_FLIGHT_MAX = 1_000;
const SENDER_LENGTH = 36;

/** A channel for each topic that somebody follows: Redis hands a signal to those processes alone that want it. */
export class RedisSignals implements SignalRelay {
  readonly #listeners = new Set<SignalListener>();
  #inFlight = 0;

  constructor(
    private readonly redis: RedisConnection,
    private readonly subscriber: RedisSubscriber,
    /** A UUID: tells one's own signals from those of others. */
    private readonly senderId: string,
  ) {}

  publish(topic: string, signal: string): void {
    const isTooMuch = this.#inFlight >= SIGNALS_IN_FLIGHT_MAX || signal.length > SIGNAL_MAX_LENGTH;
    if (isTooMuch || !this.redis.isUp) return;
    void this.#send(topic, signal);
  }

  async #send(topic: string, signal: string): Promise<void> {
    this.#inFlight += 1;
    // A signal that is lost is lost.
    await this.redis.send(['PUBLISH', this.#prefix + topic, this.senderId + signal]).catch(() => null);
    this.#inFlight -= 1;
  }

  follow(topic: string): void {
    void this.subscriber.subscribe(this.#prefix + topic);
  }

  unfollow(topic: string): void {
    this.subscriber.unsubscribe(this.#prefix + topic);
  }

  onSignal(listener: SignalListener): void {
    this.#listeners.add(listener);
  }

  /** True when the channel is one of signals, whoever sent it. */
  heard(message: string, channel: string): boolean {
    if (!channel.startsWith(this.#prefix)) return false;
    const signal = message.slice(SENDER_LENGTH);
    if (message.startsWith(this.senderId) || signal.length > SIGNAL_MAX_LENGTH) return true;
    for (const listener of this.#listeners) listener(channel.slice(this.#prefix.length), signal);
    return true;
  }

  get #prefix(): string {
    return `verbatim:${this.redis.database}:signal:`;
  }
}
