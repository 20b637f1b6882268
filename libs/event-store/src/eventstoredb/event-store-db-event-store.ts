import type { StreamName } from '@verbatim/domain';
import { DamagedLogError, EventStoreUnavailableError } from '../errors.js';
import type {
  AllReadOptions,
  AllSlice,
  AppendOutcome,
  EventStore,
  EventToAppend,
  ExpectedRevision,
  LogIdentity,
  Position,
  RecordedEvent,
  Snapshot,
  StreamReadOptions,
  StreamSlice,
  Subscription,
  SubscriptionHandler,
  SubscriptionOptions,
} from '../event-store.js';
import type { Revision } from '@verbatim/domain';
import { pageMax, withoutUndecodable } from '../read-options.js';
import { AllSubscription, type SubscriptionSource } from './all-subscription.js';
import type { ConnectedLog } from './log-parts.js';
import { asError, isOfServer } from './client-errors.js';
import { ServerFeed } from './server-feed.js';
import { toEntry } from './stored-record.js';

/** The event store on an EventStoreDB server or cluster. */
export class EventStoreDbEventStore implements EventStore {
  readonly #subscriptions = new Set<AllSubscription>();
  #failure: Error | null = null;
  #closed: Promise<void> | null = null;

  /** @param onFatal called once, when a record is not what was written; nothing is served after it */
  constructor(
    readonly identity: LogIdentity,
    private readonly parts: ConnectedLog,
    private readonly onFatal: (error: Error) => void,
  ) {}

  append(stream: StreamName, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendOutcome> {
    return this.#sound(() => this.parts.appender.append(stream, expected, events));
  }

  readStream(stream: StreamName, options: StreamReadOptions): Promise<StreamSlice> {
    const { from, direction = 'forwards', maxCount, onUndecodable } = options;
    return this.#sound(async () => {
      const isForwards = direction === 'forwards';
      const page = await this.parts.streams.page(stream, from ?? null, pageMax(maxCount), isForwards);
      const events = withoutUndecodable(page.records.map(toEntry), onUndecodable);
      return { events, headRevision: page.headRevision as Revision | null };
    });
  }

  readAll(options: AllReadOptions): Promise<AllSlice> {
    return this.#sound(() => this.parts.all.slice(options));
  }

  readAt(position: Position): Promise<RecordedEvent | null> {
    return this.#sound(() => this.parts.all.at(position));
  }

  headPosition(): Promise<Position | null> {
    return this.#sound(() => this.parts.heads.head());
  }

  subscribeToAll(options: SubscriptionOptions, handler: SubscriptionHandler): Subscription {
    const { shared, names, traits } = this.parts;
    const source: SubscriptionSource = {
      ...this.parts,
      openFeed: (feed) => new ServerFeed(shared, names, { ...feed, ...traits }),
    };
    const subscription = new AllSubscription(source, options, handler, (error) => this.#fail(error));
    this.#subscriptions.add(subscription);
    void subscription.finished.then(() => this.#subscriptions.delete(subscription));
    if (this.#failure !== null) subscription.drop(this.#failure);
    return subscription;
  }

  readSnapshot(stream: StreamName): Promise<Snapshot | null> {
    return this.#sound(() => this.parts.snapshots.read(stream));
  }

  async saveSnapshot(stream: StreamName, snapshot: Snapshot): Promise<void> {
    await this.#sound(async () => {
      const [head] = await this.parts.streams.tail(stream, 1);
      if (head !== undefined) await this.parts.snapshots.save(stream, snapshot);
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()));
    await this.parts.appender.close();
    await this.parts.shared.release();
  }

  /** Nothing that may be wrong is served after the first damaged record. */
  async #sound<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#failure !== null) throw this.#failure;
    try {
      return await work();
    } catch (error) {
      if (error instanceof DamagedLogError) this.#fail(error);
      throw isOfServer(error) ? new EventStoreUnavailableError(asError(error).message, { cause: error }) : error;
    }
  }

  #fail(error: Error): void {
    if (this.#failure !== null) return;
    this.#failure = error;
    for (const subscription of this.#subscriptions) subscription.drop(error);
    this.onFatal(error);
  }
}
