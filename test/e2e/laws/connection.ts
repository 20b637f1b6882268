import { randomUUID } from 'node:crypto';
import { openSocket, type Fields, type Push, type RawReply, type RawSocket } from '@verbatim/testing/scenario';

export class RefusedError extends Error {
  override readonly name = 'RefusedError';

  constructor(
    readonly op: string,
    readonly code: string,
  ) {
    super(`${op}: ${code}`);
  }
}

/** An authenticated socket that keeps all it was pushed and lets a spec wait for what it expects. */
export class Connection {
  readonly pushes: Push[] = [];
  readonly #waiting = new Set<() => void>();
  #socket: RawSocket | null = null;
  #greeting: Fields = {};

  static async open(url: string, auth: Fields, onPush: (push: Push) => void = () => {}): Promise<Connection> {
    const connection = new Connection();
    const { socket, reply } = await openSocket(url, auth, (push) => {
      connection.pushes.push(push);
      onPush(push);
      connection.#wake();
    });
    if (!reply.ok) throw new RefusedError('auth', reply.error.code);
    connection.#socket = socket;
    connection.#greeting = reply.d;
    return connection;
  }

  /** The reply of `auth`. */
  get greeting(): Fields {
    return this.#greeting;
  }

  ask(op: string, d: Fields = {}): Promise<RawReply> {
    if (this.#socket === null) throw new Error('not open');
    return this.#socket.request(op, d);
  }

  /** @throws RefusedError */
  async run(op: string, d: Fields = {}): Promise<Fields> {
    const reply = await this.ask(op, d);
    if (!reply.ok) throw new RefusedError(op, reply.error.code);
    return reply.d;
  }

  /** @returns the seq */
  async send(conversationId: string, body: string): Promise<number> {
    const reply = await this.run('message.send', { conversationId, clientMsgId: randomUUID(), body });
    return Number(reply['seq']);
  }

  /** Everything up to the returned cursor has arrived. */
  async settle(): Promise<string> {
    return String((await this.run('ping'))['cur']);
  }

  /** Jest's own time-out ends a wait in vain. */
  async push(accepts: (push: Push) => boolean): Promise<Push> {
    for (;;) {
      const found = this.pushes.find(accepts);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Seqs pushed of one conversation, in the order of their coming. */
  seqs(conversationId: string): readonly number[] {
    return this.pushes
      .filter(({ d }) => d['conversationId'] === conversationId && 'seq' in d)
      .map(({ d }) => Number(d['seq']));
  }

  async cut(): Promise<void> {
    await this.#socket?.close();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}
