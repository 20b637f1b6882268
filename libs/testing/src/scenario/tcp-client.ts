import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { NoAnswerError } from './http-client.js';

const WAIT_MAX_MS = 30_000;

/** A TCP connection that keeps every byte it is sent, for bytes that no library would write. */
export class TcpClient {
  readonly #chunks: Buffer[] = [];
  readonly #waiting = new Set<() => void>();
  #isEnded = false;

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#wake();
    });
    socket.on('error', () => {}); // 'close' follows
    socket.on('close', () => {
      this.#isEnded = true;
      this.#wake();
    });
  }

  static async open(url: string): Promise<TcpClient> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new TcpClient(socket);
  }

  /** All bytes so far. */
  get received(): Buffer {
    if (this.#chunks.length > 1) this.#chunks.splice(0, this.#chunks.length, Buffer.concat(this.#chunks));
    return this.#chunks[0] ?? Buffer.alloc(0);
  }
  /** True when the peer has closed the connection, or we have. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  write(bytes: string | Buffer): void {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  /**
   * Resolves with the first thing that `find` finds in what was received, looked for whenever more comes.
   * @throws NoAnswerError when the connection ends without it, or nothing is found in time (30 s unless told)
   */
  async waitFor<Found>(find: (received: Buffer) => Found | null, maxMs = WAIT_MAX_MS): Promise<Found> {
    const timeout = AbortSignal.timeout(maxMs);
    timeout.addEventListener('abort', () => this.#wake());
    for (;;) {
      const found = find(this.received);
      if (found !== null) return found;
      if (this.#isEnded) throw new NoAnswerError('the connection ended');
      if (timeout.aborted) throw new NoAnswerError('the connection fell silent');
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Resolves when the connection has ended. @throws NoAnswerError */
  ended(maxMs = WAIT_MAX_MS): Promise<true> {
    return this.waitFor(() => (this.#isEnded ? true : null), maxMs);
  }

  destroy(): void {
    this.socket.destroy();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}
