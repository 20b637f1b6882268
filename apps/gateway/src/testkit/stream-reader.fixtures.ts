import { present, type ParsedJson } from './present.fixtures.js';

export type StreamEvent = {
  readonly id: string | null;
  readonly data: { ev: string; cur?: string; d: ParsedJson };
};

/** Reads server-sent events as an EventSource does (WHATWG HTML §9.2.6), and lets a spec wait for them. */
export class StreamReader {
  readonly events: StreamEvent[] = [];
  lastId: string | null = null;
  isOver = false;
  readonly #waiters = new Set<() => void>();

  private constructor(private readonly reader: ReadableStreamDefaultReader<Uint8Array>) {
    void this.#read();
  }

  static async open(response: Response): Promise<StreamReader> {
    const type = response.headers.get('content-type');
    if (type !== 'text/event-stream; charset=utf-8') throw new Error(`no event stream: ${response.status} ${type}`);
    return new StreamReader(present(response.body).getReader());
  }

  event(matches: (push: StreamEvent['data']) => boolean): Promise<StreamEvent> {
    return this.until(() => this.events.find(({ data }) => matches(data)));
  }

  async until<Found>(find: () => Found | undefined | null | false): Promise<Found> {
    for (;;) {
      const found = find();
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiters.add(resolve));
    }
  }

  async leave(): Promise<void> {
    await this.reader.cancel();
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    for (;;) {
      const chunk = await this.reader.read().catch(() => ({ done: true, value: undefined }));
      if (chunk.done) break;
      text += decoder.decode(chunk.value, { stream: true });
      const blocks = text.split('\n\n');
      text = present(blocks.pop());
      for (const block of blocks) this.#take(block.split('\n'));
      this.#wake();
    }
    this.isOver = true;
    this.#wake();
  }

  #take(lines: readonly string[]): void {
    const valueOf = (field: string) =>
      lines.find((line) => line.startsWith(`${field}: `))?.slice(field.length + 2) ?? null;
    this.lastId = valueOf('id') ?? this.lastId;
    const data = valueOf('data');
    if (data !== null) this.events.push({ id: valueOf('id'), data: JSON.parse(data) });
  }

  #wake(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const wake of waiters) wake();
  }
}
