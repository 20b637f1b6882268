import { once } from 'node:events';
import type { StoredEvent } from '../log/stored-event.js';
import type { ReadResponse, ServiceFailure, StreamsServer } from '../wire/messages.js';
import { eventResponse } from '../wire/read-responses.js';

export type ReadCall = Parameters<StreamsServer['read']>[0];

/** Writes one call's responses no faster than its client takes them. */
export class ResponseStream {
  readonly #ended = new AbortController();
  #isMute = false;

  constructor(
    private readonly call: ReadCall,
    private readonly hasStructuredIds: boolean,
  ) {
    for (const event of ['cancelled', 'error', 'close']) call.on(event, () => this.#ended.abort());
  }

  get isOpen(): boolean {
    return !this.#ended.signal.aborted;
  }

  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  event(event: StoredEvent): Promise<void> {
    // Already serialised; the service lets bytes pass.
    return this.send(eventResponse(event, this.hasStructuredIds) as unknown as ReadResponse);
  }

  async send(response: ReadResponse): Promise<void> {
    if (!this.isOpen || this.#isMute || this.call.write(response)) return;
    await once(this.call, 'drain', { signal: this.#ended.signal }).catch(() => {});
  }

  /** Keeps what comes to itself from now on. */
  mute(): void {
    this.#isMute = true;
  }

  end(): void {
    if (this.isOpen) this.call.end();
  }

  /** A call that is destroyed sends no status, and its client would wait for ever. */
  fail(failure: ServiceFailure): void {
    if (this.isOpen) this.call.emit('error', failure);
  }
}
