import { setTimeout as wait } from 'node:timers/promises';
import type { RandomSource } from '@verbatim/testing/scenario';
import type { Device } from '../../crash/campaign/person.js';

const BETWEEN_CONNECTS_MS = 150;

/** A device that connects again whenever it is cut off: at its own gateway, or at another while that is not there. */
export class RawClient {
  /** What the last attempt to connect said, while there is no connection. */
  trouble: string | null = null;
  /** Where it is connected, or was last. */
  at = '';
  #connecting: Promise<void> | null = null;
  #isOver = false;

  constructor(
    readonly device: Device,
    private readonly urls: readonly string[],
    /** Number of its own gateway. */
    private readonly home: number,
  ) {}

  get isConnected(): boolean {
    return this.device.socket !== null;
  }

  /** Resolves when it is connected, or has been told to end. */
  async connected(): Promise<void> {
    if (this.isConnected || this.#isOver) return;
    this.#connecting ??= this.#connect().finally(() => (this.#connecting = null));
    await this.#connecting;
  }

  /** Connected to its own gateway, if that takes a connection. */
  async goHome(): Promise<void> {
    await this.#connecting;
    if (this.isConnected && this.at === this.urls[this.home]) return;
    await this.device.socket?.close();
    await this.connected();
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#connecting;
    await this.device.socket?.close();
  }

  /** For requests over HTTP: any of them. */
  url(random: RandomSource): string {
    return random.pick(this.urls);
  }

  async #connect(): Promise<void> {
    for (let attempt = 0; !this.#isOver; attempt += 1) {
      const url = this.urls[(this.home + attempt) % this.urls.length] ?? '';
      try {
        await this.device.connect(url);
        this.trouble = null;
        this.at = url;
        return;
      } catch (error) {
        this.trouble = `${url}: ${error instanceof Error ? error.message : String(error)}`;
      }
      await wait(BETWEEN_CONNECTS_MS); // as a client does: nothing tells that a server is back
    }
  }
}
