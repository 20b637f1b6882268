import type { Push } from '@verbatim/testing/scenario';
import type { Person } from './person.js';

/** `GET /v1/stream` as a person listens to it: the pushes that came, and whether the server has ended it. */
export class EventStream {
  readonly pushes: Push[] = [];
  readonly ended: Promise<void>;

  private constructor(
    body: ReadableStream<Uint8Array>,
    private readonly hangUp: AbortController,
  ) {
    this.ended = this.#read(body);
  }

  /** @throws Error with the status when the server refuses it */
  static async open(url: string, { accessToken }: Person, cursor?: string): Promise<EventStream> {
    const hangUp = new AbortController();
    const query = cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const headers = { authorization: `Bearer ${accessToken}` };
    const response = await fetch(`${url}/v1/stream${query}`, { headers, signal: hangUp.signal });
    if (response.status !== 200 || response.body === null) throw new Error(`no stream: ${response.status}`);
    return new EventStream(response.body, hangUp);
  }

  leave(): Promise<void> {
    this.hangUp.abort();
    return this.ended;
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    try {
      for await (const chunk of body) {
        text += decoder.decode(chunk, { stream: true });
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) this.#take(block);
      }
    } catch {
      // hung up, by us or by the server
    }
  }

  #take(block: string): void {
    const data = block.split('\n').find((line) => line.startsWith('data: '));
    if (data !== undefined) this.pushes.push(JSON.parse(data.slice('data: '.length)) as Push);
  }
}
