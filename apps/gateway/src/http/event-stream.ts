import type { ServerResponse } from 'node:http';
import type { CloseReason } from '@verbatim/protocol';
import type { Outgoing } from '../delivery/outgoing.js';
import type { Sink } from '../delivery/subscriber.js';
import { Outbox, type OutboxLimits, type OutboxOwner } from '../transport/outbox.js';
import type { TurnFlusher } from '../transport/turn-flusher.js';
import type { Ticks } from '../transport/wheel.js';

/** Server-sent events of one response, collected, bounded and written like a socket's. */
export class EventStream implements Sink, OutboxOwner {
  readonly #outbox: Outbox;
  #isOpen = true;

  constructor(
    private readonly response: ServerResponse,
    flusher: TurnFlusher,
    limits: OutboxLimits,
    private readonly onOver: () => void,
  ) {
    this.#outbox = new Outbox(response, flusher, limits, this);
    response.on('close', () => this.#over());
  }

  write(push: Outgoing): void {
    this.#outbox.push(push.block);
  }

  /** Moves the reader's place without an event, and keeps proxies from closing a quiet stream. */
  beat(cursor: string): void {
    this.#outbox.push(Buffer.from(`id: ${cursor}\n: beat\n\n`));
  }

  /** Resolves when a replay may go on. */
  drained(): Promise<void> {
    return this.#outbox.drained();
  }

  /** To be called about once a second. */
  check(now: Ticks): void {
    if (this.#isOpen && this.#outbox.isStalled(now)) this.onSlow();
  }

  close(_reason: CloseReason): void {
    if (!this.#isOpen) return;
    this.#outbox.close();
    this.#over();
    this.response.end();
  }

  /** Whoever does not read gets no more; the id of his last event is where he resumes. */
  onSlow(): void {
    if (!this.#isOpen) return;
    this.#over();
    this.response.destroy();
  }

  #over(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#outbox.discard();
    this.onOver();
  }
}
