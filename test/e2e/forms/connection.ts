import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import {
  NoAnswerError,
  openSocket,
  type Fields,
  type Push,
  type RawReply,
  type RawSocket,
} from '@verbatim/testing/scenario';

/** Who is silent is sent away. */
const HEARTBEAT_MS = 10_000;
/** What a service on busy cores may answer to anything. */
const FOR_WANT_OF_TIME = ['unavailable', 'busy'];
const TRIES_MAX = 30;
const BETWEEN_TRIES_MAX_MS = 1_000;

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
  #isClosed = false;

  private constructor(private readonly reached: () => Promise<void>) {}

  /** @param reached resolves when all that is in the log has been written to every connection */
  static async open(
    url: string,
    auth: Fields,
    onPush: (push: Push) => void = () => {},
    reached: () => Promise<void> = () => Promise.resolve(),
  ): Promise<Connection> {
    const connection = new Connection(reached);
    const { socket, reply } = await openSocket(url, auth, (push) => {
      connection.pushes.push(push);
      onPush(push);
      connection.#wake();
    });
    if (!reply.ok) throw new RefusedError('auth', reply.error.code);
    connection.#socket = socket;
    const beating = setInterval(() => void socket.request('ping').catch(() => {}), HEARTBEAT_MS).unref();
    void socket.closed.then(() => {
      clearInterval(beating);
      connection.#isClosed = true;
      connection.#wake();
    });
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

  /** Asks again, with the same ids, while the service says that it is not done for want of time. @throws RefusedError */
  async run(op: string, d: Fields = {}): Promise<Fields> {
    for (let tries = 1; ; tries += 1) {
      const reply = await this.ask(op, d);
      if (reply.ok) return reply.d;
      const { code } = reply.error;
      if (!FOR_WANT_OF_TIME.includes(code) || tries === TRIES_MAX) throw new RefusedError(op, code);
      // As any client does: nothing tells when there is time again, and many that ask at once would be refused at once.
      await wait(Math.random() * BETWEEN_TRIES_MAX_MS);
    }
  }

  /** @returns the seq */
  async send(conversationId: string, body: string): Promise<number> {
    const reply = await this.run('message.send', { conversationId, clientMsgId: randomUUID(), body });
    return Number(reply['seq']);
  }

  /** Everything that was in the log has arrived. @returns a cursor behind it */
  async settle(): Promise<string> {
    await this.reached();
    return String((await this.run('ping'))['cur']);
  }

  /** Jest's own time-out ends a wait in vain. @throws NoAnswerError when the connection ends before */
  async push(accepts: (push: Push) => boolean): Promise<Push> {
    for (;;) {
      const found = this.pushes.find(accepts);
      if (found !== undefined) return found;
      if (this.#isClosed) throw new NoAnswerError('the connection closed before the push came');
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
