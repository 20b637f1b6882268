import type { Subscription, SubscriptionHandler, SubscriptionOptions } from '../event-store.js';
import { LogSubscription, type LogSource } from './log-subscription.js';

/** The subscriptions of one store. */
export class LogFollowers {
  readonly #subscriptions = new Set<LogSubscription>();

  constructor(private readonly source: LogSource) {}

  subscribe(options: SubscriptionOptions, handler: SubscriptionHandler): Subscription {
    const subscription = new LogSubscription(this.source, handler, options);
    this.#subscriptions.add(subscription);
    void subscription.finished.then(() => this.#subscriptions.delete(subscription));
    return subscription;
  }

  /** The log has grown. */
  notify(): void {
    for (const subscription of this.#subscriptions) subscription.notify();
  }

  drop(error: Error): void {
    for (const subscription of this.#subscriptions) subscription.drop(error);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()));
  }
}
