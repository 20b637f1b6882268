import { EventStoreDBClient } from '@eventstore/db-client';
import { SUSPECT_AFTER_UNKNOWN } from './limits.js';

/**
 * The one client of this process for a connection. The client package keeps the appends of all its clients in one place and
 * rejects all of them when one connection ends, so there is never more than one.
 */
export class SharedClient {
  static readonly #byConnection = new Map<string, SharedClient>();

  static acquire(connectionString: string): SharedClient {
    const shared = SharedClient.#byConnection.get(connectionString) ?? new SharedClient(connectionString);
    SharedClient.#byConnection.set(connectionString, shared);
    shared.#users += 1;
    return shared;
  }

  readonly #onRenewed = new Set<() => void>();
  #client: EventStoreDBClient;
  #users = 0;
  #unknownInARow = 0;

  private constructor(private readonly connectionString: string) {
    this.#client = EventStoreDBClient.connectionString(connectionString);
  }

  get client(): EventStoreDBClient {
    return this.#client;
  }

  /** @param listener told when what was opened on the client so far will not answer any more. Returns how to stop listening. */
  onRenewed(listener: () => void): () => void {
    this.#onRenewed.add(listener);
    return () => void this.#onRenewed.delete(listener);
  }

  answered(): void {
    this.#unknownInARow = 0;
  }

  /** The client can get into states that it does not leave by itself: after some appends without an answer it is replaced. */
  unanswered(): void {
    this.#unknownInARow += 1;
    if (this.#unknownInARow < SUSPECT_AFTER_UNKNOWN) return;
    this.#unknownInARow = 0;
    const old = this.#client;
    this.#client = EventStoreDBClient.connectionString(this.connectionString);
    void old.dispose();
    for (const listener of this.#onRenewed) listener();
  }

  async release(): Promise<void> {
    this.#users -= 1;
    if (this.#users > 0) return;
    SharedClient.#byConnection.delete(this.connectionString);
    await this.#client.dispose();
  }
}
