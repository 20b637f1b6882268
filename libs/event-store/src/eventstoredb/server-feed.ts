import { setImmediate as nextTurn } from 'node:timers/promises';
import { START, streamNameFilter, type AllStreamSubscription, type SubscribeToAllOptions } from '@eventstore/db-client';
import type { Position } from '../event-store.js';
import { asError } from './client-errors.js';
import { HeldEvents } from './held-events.js';
import { HINT_SETTLES_MS } from './limits.js';
import type { SharedClient } from './shared-client.js';
import type { StreamNames } from './stream-names.js';
import { toStoredRecord, type ServerEvent, type StoredRecord } from './stored-record.js';

/** Events that the client itself holds before it stops reading from the connection. */
const CLIENT_HOLDS_EVENTS = 16;

type Filter = NonNullable<SubscribeToAllOptions['filter']>;

export type FeedItem =
  | { readonly kind: 'records'; readonly records: readonly StoredRecord[] }
  /** Everything up to here was handed on or is not wanted. */
  | { readonly kind: 'checkpoint'; readonly position: Position }
  | { readonly kind: 'caught-up' }
  | { readonly kind: 'fell-behind' }
  /** Nothing came within the time. */
  | { readonly kind: 'silence' };

export type FeedOptions = {
  /** Exclusive. */
  readonly after: Position | null;
  readonly categories: readonly string[] | undefined;
  /** Events between two checkpoints. */
  readonly windowEvents: number;
  /** Whether the server sends a checkpoint after the events before it. If not, it only says that there may be something to see. */
  readonly ordersCheckpoints: boolean;
};

/** One connection's subscription to `$all`, filtered by the server, to be pulled from; it ends with an error, never by itself. */
export class ServerFeed {
  readonly #held = new HeldEvents();
  readonly #subscription: AllStreamSubscription;
  readonly #stopListening: () => void;
  readonly #ordersCheckpoints: boolean;
  #signal: 'caught-up' | 'fell-behind' | null = null;
  #hasHint = false;
  #failure: Error | null = null;
  #wake: (() => void) | null = null;

  constructor(
    shared: SharedClient,
    private readonly names: StreamNames,
    options: FeedOptions,
  ) {
    const { after, ordersCheckpoints } = options;
    this.#ordersCheckpoints = ordersCheckpoints;
    this.#subscription = shared.client
      .subscribeToAll(
        { fromPosition: after === null ? START : { commit: after, prepare: after }, filter: this.#filter(options) },
        { highWaterMark: CLIENT_HOLDS_EVENTS },
      )
      .on('data', ({ event }) => this.#take(event))
      .on('caughtUp', () => this.#tell('caught-up'))
      .on('fellBehind', () => this.#tell('fell-behind'))
      .on('error', (error) => this.#fail(asError(error)))
      .on('end', () => this.#fail(new Error('the server ended the subscription')))
      .on('close', () => this.#fail(new Error('the subscription was closed')));
    this.#stopListening = shared.onRenewed(() => this.#fail(new Error('the connection was made anew')));
  }

  /** Events received and not yet pulled. */
  get heldEvents(): number {
    return this.#held.length;
  }

  /**
   * What comes next, in order; at most one call at a time.
   * @param silenceMs how long to wait for it
   * @throws what ended the subscription, DamagedLogError
   */
  async next(maxCount: number, silenceMs: number): Promise<FeedItem> {
    for (let isLate = false; ; isLate = await this.#changed(this.#hasHint ? HINT_SETTLES_MS : silenceMs)) {
      if (this.#failure !== null) throw this.#failure;
      await nextTurn(); // what came in one packet is handed on together
      const records = this.#held.take(maxCount);
      if (this.#held.isHalfEmpty && this.#subscription.isPaused()) this.#subscription.resume();
      if (records.length > 0) return { kind: 'records', records };
      const item = this.#subscription.readableLength > 0 ? null : this.#takeSign();
      if (item !== null) return item;
      if (isLate) this.#hasHint = false;
      if (isLate) return { kind: 'silence' };
    }
  }

  close(): void {
    this.#fail(new Error('the subscription is over'));
    this.#stopListening();
    this.#subscription.unsubscribe().catch(() => {}); // a connection that never came to be
  }

  /** Checkpoints and signs wait until nothing is left that came before them. */
  #takeSign(): FeedItem | null {
    const position = this.#held.takeCheckpoint();
    if (position !== null) return { kind: 'checkpoint', position };
    const kind = this.#signal;
    this.#signal = null;
    return kind === null ? null : { kind };
  }

  #filter({ categories, windowEvents }: FeedOptions): Filter {
    const checkpointReached = (_: unknown, { commit }: { readonly commit: bigint }): void => {
      if (this.#ordersCheckpoints) this.#held.reached(commit as Position);
      else this.#hasHint = true;
      this.#awake();
    };
    const pace = { maxSearchWindow: windowEvents, checkpointInterval: 1, checkpointReached };
    if (categories === undefined) return streamNameFilter({ regex: this.names.pattern, ...pace });
    return streamNameFilter({ prefixes: this.names.prefixesOf(categories), ...pace });
  }

  #take(event: ServerEvent | undefined): void {
    if (event === undefined || this.#failure !== null) return;
    try {
      const record = toStoredRecord(this.names, event);
      if (record === null) this.#held.reached(event.position.commit as Position);
      else this.#held.push(record);
    } catch (error) {
      return this.#fail(asError(error));
    }
    if (this.#held.isFull) this.#subscription.pause();
    this.#awake();
  }

  #tell(signal: 'caught-up' | 'fell-behind'): void {
    this.#signal = signal;
    this.#awake();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#awake();
  }

  #awake(): void {
    this.#wake?.();
    this.#wake = null;
  }

  /** @returns whether nothing changed within the time */
  #changed(silenceMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(true), silenceMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve(false);
      };
    });
  }
}
