import type { Push } from '@verbatim/testing/scenario';
import type { Device } from './device.js';

/** Reads server-sent events (WHATWG HTML §9.2.6) of one request and keeps the last id. */
export class EventSourceReader {
  readonly pushes: Push[] = [];
  /** Id of each push. */
  readonly ids: (string | null)[] = [];
  lastId: string | null = null;
  readonly #abort = new AbortController();
  readonly #waiting = new Set<() => void>();

  static async open(device: Device, lastEventId: string | null = null): Promise<EventSourceReader> {
    const reader = new EventSourceReader();
    const headers: Record<string, string> = lastEventId === null ? {} : { 'last-event-id': lastEventId };
    const { status, body } = await device.stream(headers, reader.#abort.signal);
    if (status !== 200 || body === null) throw new Error(`no stream but ${status}`);
    void reader.#read(body);
    return reader;
  }

  async push(accepts: (push: Push) => boolean): Promise<Push> {
    for (;;) {
      const found = this.pushes.find(accepts);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  cut(): void {
    this.#abort.abort();
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    try {
      for await (const chunk of body) {
        const blocks = (text + decoder.decode(chunk, { stream: true })).split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) this.#take(block.split('\n'));
      }
    } catch {
      // The line broke, by us or by the server: what came is kept.
    }
  }

  #take(lines: readonly string[]): void {
    if (this.#abort.signal.aborted) return;
    const valueOf = (field: string): string | null =>
      lines.find((line) => line.startsWith(`${field}: `))?.slice(field.length + 2) ?? null;
    const id = valueOf('id');
    this.lastId = id ?? this.lastId;
    const data = valueOf('data');
    if (data === null) return;
    this.ids.push(id);
    this.pushes.push(JSON.parse(data) as Push);
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}
