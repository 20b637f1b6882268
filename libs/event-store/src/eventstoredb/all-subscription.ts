import { fullJitterMs, pause } from '@verbatim/platform';
import { DamagedLogError, PositionBeyondHeadError } from '../errors.js';
import type { Position, Subscription, SubscriptionHandler, SubscriptionOptions } from '../event-store.js';
import { READ_PAGE_MAX_EVENTS } from '../event-store.js';
import { categoryFilter } from '../subscription/categories.js';
import type { AllReader } from './all-reader.js';
import { asError, isPerhapsInvalidPosition } from './client-errors.js';
import type { HeadFinder } from './head-finder.js';
import {
  BATCH_MAX_EVENTS,
  CATCH_UP_SILENCE_MS,
  CATCH_UP_WINDOW_EVENTS,
  LIVE_SILENCE_MS,
  LIVE_WINDOW_EVENTS,
  RECONNECT_BACKOFF,
} from './limits.js';
import { createDelivery, type Delivery } from './delivery.js';
import type { RecordChain } from './record-chain.js';
import type { ServerFeed, FeedItem, FeedOptions } from './server-feed.js';
import type { ServerReads } from './server-reads.js';
import type { StoredRecord } from './stored-record.js';

export type SubscriptionSource = {
  readonly reads: ServerReads;
  readonly all: AllReader;
  readonly heads: HeadFinder;
  readonly chain: RecordChain;
  readonly openFeed: (options: Omit<FeedOptions, 'ordersCheckpoints'>) => ServerFeed;
};

const isBehind = (position: Position | null, other: Position): boolean => position === null || position < other;

/**
 * Follows `$all` over as many connections as it takes: each begins behind the last position that was delivered. While it catches
 * up the server looks at many events between two checkpoints; live at one, so that readers that wait for a position see it pass.
 */
export class AllSubscription implements Subscription {
  readonly finished: Promise<void>;
  readonly #batchMaxEvents: number;
  readonly #wants: (streamName: string) => boolean;
  readonly #deliver: Delivery;
  readonly #closing = new AbortController();
  #position: Position | null;
  /** The newest event when it began; null when there was none. */
  #target: Position | null = null;
  #isCaughtUp = false;
  #isLive = false;
  /** An event that a look ahead has found, and that this connection has not delivered yet. */
  #unseen: Position | null = null;
  #isStalled = false;
  #feed: ServerFeed | null = null;
  #failuresInARow = 0;

  constructor(
    private readonly source: SubscriptionSource,
    private readonly options: SubscriptionOptions,
    private readonly handler: SubscriptionHandler,
    private readonly onDamage: (error: DamagedLogError) => void,
  ) {
    const { after, categories, batchMaxEvents = BATCH_MAX_EVENTS } = options;
    this.#position = after;
    this.#wants = categoryFilter(categories);
    this.#batchMaxEvents = Math.min(Math.max(1, batchMaxEvents), READ_PAGE_MAX_EVENTS);
    this.#deliver = createDelivery(source.chain, handler, this.#wants);
    this.finished = this.#run();
  }

  close(): Promise<void> {
    this.#end();
    return this.finished;
  }

  /** Ends it from outside, as the handler sees in `onDropped`. */
  drop(error: Error): void {
    if (!this.#isOpen) return;
    this.#end();
    this.handler.onDropped?.(error);
  }

  get #isOpen(): boolean {
    return !this.#closing.signal.aborted;
  }

  #end(): void {
    this.#closing.abort();
    this.#feed?.close();
  }

  async #run(): Promise<void> {
    await Promise.resolve(); // the subscriber gets its subscription before its first event
    try {
      await this.#untilReached(() => this.#begin());
      while (this.#isOpen) {
        const lost = await this.#follow();
        if (lost !== null) await this.#recover(lost);
      }
    } catch (error) {
      this.drop(asError(error));
      if (error instanceof DamagedLogError) this.onDamage(error);
    }
  }

  async #begin(): Promise<void> {
    await this.#refuseBeyondHead();
    this.#target = await this.source.heads.head();
    if (!this.#isOpen || (this.#target !== null && isBehind(this.#position, this.#target))) return;
    this.#announce();
    this.#isLive = true;
  }

  /** Waiting there would skip whatever is appended up to it. */
  async #refuseBeyondHead(): Promise<void> {
    const position = this.#position;
    if (position !== null && (await this.source.heads.isBeyondEverything(position)))
      throw new PositionBeyondHeadError(position);
  }

  /** Goes on with one connection. @returns why it is lost; null when another one is to follow it */
  async #follow(): Promise<Error | null> {
    const isLive = this.#isLive;
    const windowEvents = isLive ? LIVE_WINDOW_EVENTS : CATCH_UP_WINDOW_EVENTS;
    const silenceMs = isLive ? LIVE_SILENCE_MS : CATCH_UP_SILENCE_MS;
    const feed = this.source.openFeed({ after: this.#position, categories: this.options.categories, windowEvents });
    this.#unseen = null;
    this.#feed = feed;
    try {
      while (this.#isOpen && this.#isLive === isLive) {
        const item = await feed.next(this.#batchMaxEvents, silenceMs).catch(asError);
        if (item instanceof Error) return item;
        if (this.#isOpen) await this.#handle(item);
        if (item.kind !== 'silence') this.#failuresInARow = 0;
        if (this.#isStalled) return new Error('the server does not deliver what it has');
      }
      return null;
    } finally {
      feed.close();
    }
  }

  async #recover(lost: Error): Promise<void> {
    if (!this.#isOpen) return;
    if (lost instanceof DamagedLogError) throw lost;
    await this.#rest();
    await this.#untilReached(async () => {
      await this.#refuseBeyondHead();
      const position = this.#position;
      if (position === null || !isPerhapsInvalidPosition(lost)) return;
      // The server begins to read at records only: one was made up, or it is of another log.
      const head = await this.source.heads.head();
      if (head === null || position > head) throw new PositionBeyondHeadError(position);
      this.#position = await this.source.reads.boundaryUpTo(position);
    });
  }

  /** Tries again, for as long as it takes, whatever the server is suffering from. */
  async #untilReached(work: () => Promise<void>): Promise<void> {
    while (this.#isOpen) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof DamagedLogError || error instanceof PositionBeyondHeadError) throw error;
        await this.#rest();
      }
    }
  }

  async #rest(): Promise<void> {
    const ms = fullJitterMs(RECONNECT_BACKOFF, this.#failuresInARow);
    this.#failuresInARow += 1;
    await pause(ms, this.#closing.signal);
  }

  async #handle(item: FeedItem): Promise<void> {
    switch (item.kind) {
      case 'records':
        for await (const position of this.#deliver(item.records, () => this.#isOpen)) this.#position = position;
        break;
      case 'checkpoint':
        await this.#passBy(item.position);
        break;
      case 'fell-behind':
        this.#isLive = false;
        return;
      default:
        await this.#lookAhead();
    }
    const isThere = this.#target === null || !isBehind(this.#position, this.#target);
    if (isThere && !this.#isCaughtUp && this.#isOpen) this.#announce();
  }

  #announce(): void {
    this.#isCaughtUp = true;
    this.handler.onCaughtUp?.(this.#position);
  }

  async #passBy(position: Position): Promise<void> {
    if (!isBehind(this.#position, position)) return;
    this.#position = position;
    await this.handler.onEvents([], position);
  }

  /**
   * Nothing comes: perhaps all there was is delivered. The server says so from 23.10 on, and never tells a checkpoint for what
   * it passed over last, so we look for ourselves. What is found and still not delivered a while later never will be.
   */
  async #lookAhead(): Promise<void> {
    const { records, scannedTo } = await this.source.all.scan(this.#position, 1, this.#wants).catch(nothingSeen);
    const unseen = records[0]?.position ?? null;
    this.#isStalled = unseen !== null && unseen === this.#unseen;
    this.#unseen = unseen;
    if (unseen === null && scannedTo !== null) await this.#passBy(scannedTo);
    this.#isLive ||= this.#target === null || !isBehind(this.#position, this.#target);
  }
}

/** The server is away, or has no leader: the feed will tell. */
const nothingSeen = (error: unknown): { readonly records: readonly StoredRecord[]; readonly scannedTo: null } => {
  if (error instanceof DamagedLogError) throw error;
  return { records: [], scannedTo: null };
};
