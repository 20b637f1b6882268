import type { RedisListener, RedisSubscriber } from '../redis-connection.js';
import { CHANNELS_PER_COMMAND } from '../redis-limits.js';
import type { DialedClient } from './dial.js';
import { RedisLink, type LinkOptions } from './redis-link.js';

/** The channels wanted, over all connections; each new one is told all of them before it counts as up. */
export class LinkedSubscriber implements RedisSubscriber {
  readonly #wanted = new Set<string>();
  readonly #link: RedisLink;

  constructor(
    private readonly options: Omit<LinkOptions, 'prepare'>,
    private readonly onMessage: RedisListener,
  ) {
    this.#link = new RedisLink({ ...options, prepare: (client) => this.#subscribeAll(client) });
  }

  get isUp(): boolean {
    return this.#link.isUp;
  }

  open(): Promise<void> {
    return this.#link.open();
  }

  async subscribe(channel: string): Promise<void> {
    if (this.#wanted.has(channel)) return;
    this.#wanted.add(channel);
    const { client } = this.#link;
    if (client !== null) await this.#tell(client, client.subscribe(channel, this.#listen));
  }

  unsubscribe(channel: string): void {
    if (!this.#wanted.delete(channel)) return;
    const { client } = this.#link;
    if (client !== null) void this.#tell(client, client.unsubscribe(channel, this.#listen));
  }

  onUp(listener: () => void): void {
    this.#link.onUp(listener);
  }

  async close(): Promise<void> {
    this.#link.close();
  }

  readonly #listen = (message: string, channel: string): void => {
    if (!this.#wanted.has(channel)) return;
    try {
      this.onMessage(message, channel);
    } catch (error) {
      // To the driver it would be a fault of the connection.
      this.options.logger.error('a message of Redis was not understood', { error });
    }
  };

  /** What a connection could not be told, the next one is told. */
  async #tell(client: DialedClient, told: Promise<void>): Promise<void> {
    await this.#link.within(client, told).catch((error: unknown) => this.#link.giveUp(client, error));
  }

  async #subscribeAll(client: DialedClient): Promise<void> {
    const told = new Set<string>();
    // Those that are wanted while this runs are told as well, and those that are not any more are taken back.
    for (;;) {
      const missing = [...this.#wanted].filter((channel) => !told.has(channel)).slice(0, CHANNELS_PER_COMMAND);
      if (missing.length === 0) break;
      await client.subscribe(missing, this.#listen);
      for (const channel of missing) told.add(channel);
    }
    const dropped = [...told].filter((channel) => !this.#wanted.has(channel));
    if (dropped.length > 0) await client.unsubscribe(dropped, this.#listen);
  }
}
