import { fullJitterMs, pause, type Logger } from '@verbatim/platform';
import type { RedisAddress } from '../redis-address.js';
import { RedisUnavailableError, type RedisReply } from '../redis-connection.js';
import { COMMAND_LIMIT_MS, PING_INTERVAL_MS, RECONNECT_BASE_MS, RECONNECT_CAP_MS } from '../redis-limits.js';
import { dial, type DialedClient } from './dial.js';

export type LinkOptions = {
  readonly address: RedisAddress;
  readonly logger: Logger;
  /** COMMAND_LIMIT_MS unless given. */
  readonly commandLimitMs?: number | undefined;
  /** Makes a connection fit for use, each one before it counts as up. */
  readonly prepare?: (client: DialedClient) => Promise<void>;
};

/** One connection that is replaced for ever: whatever goes wrong on it ends it, and the next one is dialed. */
export class RedisLink {
  readonly #closing = new AbortController();
  readonly #upListeners = new Set<() => void>();
  readonly #downListeners = new Set<() => void>();
  #client: DialedClient | null = null;
  #pings: NodeJS.Timeout | undefined;
  /** When Redis last said something, on the monotonic clock. */
  #heardAtMs = 0;

  constructor(private readonly options: LinkOptions) {}

  get isUp(): boolean {
    return this.#client !== null;
  }

  get client(): DialedClient | null {
    return this.#client;
  }

  onUp(listener: () => void): void {
    this.#upListeners.add(listener);
  }

  onDown(listener: () => void): void {
    this.#downListeners.add(listener);
  }

  /** The first connection. Afterwards the link keeps itself up. */
  async open(): Promise<void> {
    await this.#connect();
    this.#pings = setInterval(() => this.#pingWhenQuiet(), PING_INTERVAL_MS);
    this.#pings.unref();
  }

  async send(command: readonly string[]): Promise<RedisReply> {
    const client = this.#client;
    if (client === null) throw new RedisUnavailableError('Redis is down');
    try {
      return await this.within(client, client.sendCommand<RedisReply>([...command]));
    } catch (error) {
      // A replica after a failover: the address leads to another server by now.
      if (isRefusal(error, 'READONLY')) this.giveUp(client, error);
      throw error instanceof RedisUnavailableError
        ? error
        : new RedisUnavailableError(messageOf(error), { cause: error });
    }
  }

  /** Ends a connection that is of no use any more, and dials the next. */
  giveUp(client: DialedClient, cause: unknown): void {
    client.destroy();
    if (this.#client !== client) return;
    this.#client = null;
    if (this.#closing.signal.aborted) return;
    this.options.logger.warn('Redis does not answer', { redis: this.options.address.text, cause: messageOf(cause) });
    for (const listener of this.#downListeners) listener();
    void this.#comeBack();
  }

  close(): void {
    this.#closing.abort();
    clearInterval(this.#pings);
    if (this.#client !== null) this.giveUp(this.#client, 'closed');
  }

  async #connect(): Promise<void> {
    const client = await dial(this.options.address);
    client.on('error', (error: Error) => this.giveUp(client, error));
    try {
      await this.within(client, Promise.resolve(this.options.prepare?.(client)));
    } catch (error) {
      client.destroy();
      throw error;
    }
    if (this.#closing.signal.aborted || !client.isReady) {
      client.destroy();
      throw new RedisUnavailableError('the connection ended while it was made');
    }
    this.#heardAtMs = performance.now();
    this.#client = client;
  }

  async #comeBack(): Promise<void> {
    const { signal } = this.#closing;
    for (let attempt = 0; ; attempt += 1) {
      await pause(fullJitterMs({ baseMs: RECONNECT_BASE_MS, capMs: RECONNECT_CAP_MS }, attempt), signal);
      if (signal.aborted) return;
      try {
        await this.#connect();
        break;
      } catch {
        // Told when it went down; the next attempt follows.
      }
    }
    this.options.logger.warn('Redis answers again', { redis: this.options.address.text });
    for (const listener of this.#upListeners) listener();
  }

  #pingWhenQuiet(): void {
    if (performance.now() - this.#heardAtMs >= PING_INTERVAL_MS / 2) this.send(['PING']).catch(() => {});
  }

  /** Fails when the answer is not there in time, and gives the connection up when nothing else was answered meanwhile either. */
  async within<Answer>(client: DialedClient, answer: Promise<Answer>): Promise<Answer> {
    const { commandLimitMs: limitMs = COMMAND_LIMIT_MS } = this.options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const giveUp = (): void => {
        reject(new RedisUnavailableError('Redis did not answer in time'));
        if (performance.now() - this.#heardAtMs >= limitMs) this.giveUp(client, 'no answer in time');
      };
      // What arrived while this process itself was busy is read before the answer is called late.
      timer = setTimeout(() => setImmediate(() => timer !== undefined && giveUp()), limitMs);
    });
    try {
      const answered = await Promise.race([answer, late]);
      this.#heardAtMs = performance.now();
      return answered;
    } finally {
      clearTimeout(timer);
      timer = undefined;
    }
  }
}

/** @param code the first word of what Redis answered */
export const isRefusal = (error: unknown, code: string): boolean => messageOf(error).startsWith(`${code} `);

export const messageOf = (error: unknown): string => (error as Partial<Error> | null)?.message ?? String(error);
