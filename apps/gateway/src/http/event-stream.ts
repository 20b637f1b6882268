import type { ServerResponse } from 'node:http';
import type { CloseReason } from '@verbatim/protocol';
import type { Outgoing } from '../delivery/outgoing.js';
import type { Sink } from '../delivery/subscriber.js';

/** Server-sent events of one response, bounded like a socket's outbox. */
export class EventStream implements Sink {
  #isOpen = true;

  constructor(
    private readonly response: ServerResponse,
    private readonly queueMaxBytes: number,
    private readonly onOver: () => void,
  ) {
    response.on('close', () => this.#over());
  }

  /** `event:` is not used: EventSource hands every push to `onmessage`, as a socket does. */
  write(push: Outgoing): void {
    const { cur } = push;
    this.#send(`${cur === null ? '' : `id: ${cur}\n`}data: ${push.text}\n\n`);
  }

  /** Moves the reader's place without an event, and keeps proxies from closing a quiet stream. */
  beat(cursor: string): void {
    this.#send(`id: ${cursor}\n: beat\n\n`);
  }

  close(_reason: CloseReason): void {
    if (!this.#isOpen) return;
    this.#over();
    this.response.end();
  }

  #send(text: string): void {
    if (!this.#isOpen) return;
    this.response.write(text);
    if (this.response.writableLength <= this.queueMaxBytes) return;
    // Whoever does not read gets no more; the id of his last event is where he resumes.
    this.#over();
    this.response.destroy();
  }

  #over(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.onOver();
  }
}
