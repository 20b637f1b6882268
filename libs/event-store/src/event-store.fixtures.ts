import { randomUUID } from 'node:crypto';
import type { CommandId, IsoTimestamp, MessageId, MessageSent, StreamName, UserId } from '@verbatim/domain';
import type { EventId, EventMetadata, EventToAppend, RecordedEvent, SubscriptionHandler } from './event-store.js';

export const ADA = '018f0000-0000-7000-8000-0000000000ad' as UserId;
export const TEN_O_CLOCK = '2026-01-01T10:00:00.000Z' as IsoTimestamp;

export const aConversation = (): StreamName => `conversation-${randomUUID()}` as StreamName;
export const aUser = (): StreamName => `user-${randomUUID()}` as StreamName;

export const byAda: EventMetadata = {
  actorId: ADA,
  deviceId: null,
  sessionId: null,
  commandId: '018f0000-0000-7000-8000-00000000c0de' as CommandId,
  correlationId: 'trace-1',
  causationId: null,
  ipClass: 'loopback',
  recordedAt: TEN_O_CLOCK,
};

export const sent = (body: string): EventToAppend<MessageSent> => ({
  eventId: randomUUID() as EventId,
  event: {
    type: 'MessageSent',
    data: {
      messageId: randomUUID() as MessageId,
      clientMsgId: randomUUID() as CommandId,
      senderId: ADA,
      body,
      sentAt: TEN_O_CLOCK,
    },
  },
  metadata: byAda,
});

/** `count` messages, `first 0`, `first 1`, … */
export const messages = (count: number, first = 'message'): EventToAppend<MessageSent>[] =>
  Array.from({ length: count }, (_, index) => sent(`${first} ${index}`));

export const bodyOf = ({ event }: { readonly event: RecordedEvent['event'] }): string =>
  (event.data as MessageSent['data']).body;

/** A subscription handler that keeps what it is given and lets a spec wait for it. */
export class Listener implements SubscriptionHandler {
  readonly events: RecordedEvent[] = [];
  readonly batchSizes: number[] = [];
  isCaughtUp = 0;
  dropped: Error | null = null;
  #waiting: { isMet: () => boolean; resolve: () => void }[] = [];

  /** @param whileHandling awaited before a batch counts as handled */
  constructor(private readonly whileHandling: (events: readonly RecordedEvent[]) => void | Promise<void> = () => {}) {}

  onEvents = async (events: readonly RecordedEvent[]): Promise<void> => {
    await this.whileHandling(events);
    this.events.push(...events);
    this.batchSizes.push(events.length);
    this.#check();
  };

  onCaughtUp = (): void => {
    this.isCaughtUp += 1;
    this.#check();
  };

  onDropped = (error: Error): void => {
    this.dropped = error;
    this.#check();
  };

  until(isMet: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ isMet, resolve });
      this.#check();
    });
  }

  received(count: number): Promise<void> {
    return this.until(() => this.events.length >= count);
  }

  caughtUp(): Promise<void> {
    return this.until(() => this.isCaughtUp > 0);
  }

  ended(): Promise<void> {
    return this.until(() => this.dropped !== null);
  }

  #check(): void {
    const met = this.#waiting.filter(({ isMet }) => isMet());
    this.#waiting = this.#waiting.filter((waiter) => !met.includes(waiter));
    for (const { resolve } of met) resolve();
  }
}

/** Holds whoever passes until it is opened, and tells when they have come. */
export class Gate {
  #arrivals = 0;
  #isOpen = false;
  readonly #held: (() => void)[] = [];
  readonly #expecting: { count: number; resolve: () => void }[] = [];

  pass(): Promise<void> {
    this.#arrivals += 1;
    for (const { count, resolve } of this.#expecting) if (this.#arrivals >= count) resolve();
    return new Promise((resolve) => {
      if (this.#isOpen) resolve();
      else this.#held.push(resolve);
    });
  }

  reached(count: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#arrivals >= count) resolve();
      else this.#expecting.push({ count, resolve });
    });
  }

  open(): void {
    this.#isOpen = true;
    for (const resolve of this.#held.splice(0)) resolve();
  }
}
