import { once } from 'node:events';
import type { EventLog } from '../log/event-log.js';
import type { StoredEvent } from '../log/stored-event.js';
import { invalidPosition } from '../wire/failures.js';
import { caughtUp, checkpoint, confirmation, fellBehind } from '../wire/read-responses.js';
import { indexAt } from './page-read.js';
import type { ReadRequest } from './read-request.js';
import type { ResponseStream } from './response-stream.js';

/** A subscriber that is this many events behind is no longer live. */
const LIVE_MAX_EVENTS = 2_000;

/** How a release does it: before 23.10 a checkpoint could overtake the event that it covers, and nothing was said at the end. */
export type SubscriptionManners = { readonly tellsCaughtUp: boolean; readonly ordersCheckpoints: boolean };

/**
 * Follows the log. Catching up it looks at one window of events at a time and tells a checkpoint between windows, never at
 * the end; live it counts every event that it looked at. As the real server does.
 */
class Subscription {
  #next: number;
  #considered = 0;
  #isLive = false;

  constructor(
    private readonly log: EventLog,
    private readonly request: ReadRequest,
    private readonly responses: ResponseStream,
    private readonly manners: SubscriptionManners,
    startIndex: number,
  ) {
    this.#next = startIndex;
  }

  async run(): Promise<void> {
    const { log, responses } = this;
    await responses.send(confirmation());
    while (responses.isOpen) {
      if (this.#next < log.index.durableCount) await (this.#isLive ? this.#live() : this.#window());
      else if (!this.#isLive) await this.#goLive();
      else await once(log, 'grown', { signal: responses.signal }).catch(() => {});
    }
  }

  async #goLive(): Promise<void> {
    this.#isLive = true;
    if (this.manners.tellsCaughtUp) await this.responses.send(caughtUp());
  }

  async #window(): Promise<void> {
    const { filter } = this.request;
    const end = Math.min(this.log.index.durableCount, this.#next + (filter?.windowEvents ?? 1));
    let reached = this.#at(this.#next).position;
    for (; this.#next < end; this.#next += 1) {
      const event = this.#at(this.#next);
      this.#considered += 1;
      if (!this.#wants(event)) continue;
      reached = event.position;
      await this.responses.event(event);
    }
    if (filter === null || this.#considered < filter.intervalEvents || end === this.log.index.durableCount) return;
    this.#considered %= filter.intervalEvents;
    await this.responses.send(checkpoint(reached));
  }

  async #live(): Promise<void> {
    const { filter } = this.request;
    if (this.log.index.durableCount - this.#next > LIVE_MAX_EVENTS) {
      this.#isLive = false;
      if (this.manners.tellsCaughtUp) await this.responses.send(fellBehind());
      return;
    }
    const event = this.#at(this.#next);
    this.#next += 1;
    this.#considered += 1;
    const isDue = filter !== null && this.#considered >= filter.intervalEvents;
    if (isDue) this.#considered = 0;
    const { ordersCheckpoints } = this.manners;
    if (isDue && !ordersCheckpoints) await this.responses.send(checkpoint(event.position));
    if (this.#wants(event)) await this.responses.event(event);
    if (isDue && ordersCheckpoints) await this.responses.send(checkpoint(event.position));
  }

  #at(index: number): StoredEvent {
    return this.log.index.all[index] as StoredEvent;
  }

  #wants(event: StoredEvent): boolean {
    const { stream, filter } = this.request;
    if (stream !== null && event.stream !== stream) return false;
    return filter === null || filter.passes(event);
  }
}

/** A subscription starts behind its position; null when no record begins there. */
const startIndex = (log: EventLog, { stream, from }: ReadRequest): number | null => {
  if (from === 'start') return 0;
  if (from === 'end') return log.index.durableCount;
  if (stream === null) {
    const index = indexAt(log, from);
    return index === null ? null : Math.min(index + 1, log.index.durableCount);
  }
  const after = log.index.everythingIn(stream)[Number(from)];
  return after === undefined ? log.index.durableCount : after.index + 1;
};

/** A read without an end. */
export const subscribe = async (
  log: EventLog,
  request: ReadRequest,
  responses: ResponseStream,
  manners: SubscriptionManners,
): Promise<void> => {
  const index = startIndex(log, request);
  if (index === null) return responses.fail(invalidPosition());
  await new Subscription(log, request, responses, manners, index).run();
};
