import { WebSocket } from 'ws';
import { NoAnswerError } from './http-client.js';

const REPLY_MAX_MS = 20_000;
const OPEN_MAX_MS = 20_000;
const SUBPROTOCOL = 'chat.v1.json';

export type Fields = Readonly<Record<string, unknown>>;
export type Push = { readonly ev: string; readonly cur?: string; readonly d: Fields };
export type RawReply =
  | { readonly ok: true; readonly d: Fields }
  | { readonly ok: false; readonly error: { readonly code: string; readonly retryable: boolean } };
export type SocketClosed = { readonly code: number; readonly reason: string };

type Waiting = {
  readonly resolve: (reply: RawReply) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
};

/** One connection of the chat protocol: requests matched with replies, pushes handed on. Written against the protocol only. */
export class RawSocket {
  readonly closed: Promise<SocketClosed>;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;

  constructor(socket: WebSocket, onPush: (push: Push) => void) {
    this.#socket = socket;
    socket.on('error', () => {}); // 'close' follows
    socket.on('message', (data: Buffer) => this.#onFrame(data.toString('utf8'), onPush));
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        for (const id of this.#waiting.keys()) this.#giveUp(id, 'the connection closed');
        resolve({ code, reason: reason.toString('utf8') });
      });
    });
  }

  /** @throws NoAnswerError when the connection closes first or no reply comes in 20 s */
  request(op: string, d: Fields = {}): Promise<RawReply> {
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#giveUp(id, `no reply to ${op}`), REPLY_MAX_MS);
      this.#waiting.set(id, { resolve, reject, timer });
      if (this.#socket.readyState !== WebSocket.OPEN) return this.#giveUp(id, 'the connection is closed');
      this.#socket.send(JSON.stringify({ id, op, d }));
    });
  }

  async close(): Promise<void> {
    this.#socket.terminate();
    await this.closed;
  }

  #onFrame(text: string, onPush: (push: Push) => void): void {
    const frame = JSON.parse(text) as Push & RawReply & { readonly re?: number };
    if (frame.re === undefined) return onPush(frame);
    const waiting = this.#take(frame.re);
    waiting?.resolve(frame);
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    clearTimeout(waiting?.timer);
    return waiting;
  }

  #giveUp(id: number, why: string): void {
    this.#take(id)?.reject(new NoAnswerError(why));
  }
}

export type Greeting = { readonly socket: RawSocket; readonly reply: RawReply };

const opened = (socket: WebSocket): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', (cause) => reject(new NoAnswerError('the connection was refused', { cause })));
    socket.once('close', () => reject(new NoAnswerError('the connection closed before it opened')));
  });

/**
 * Connects and authenticates; pushes may come before the reply does.
 * @param auth the fields of `auth`
 * @throws NoAnswerError
 */
export const openSocket = async (url: string, auth: Fields, onPush: (push: Push) => void): Promise<Greeting> => {
  const target = `${url.replace(/^http/, 'ws')}/v1/ws`;
  const connection = new WebSocket(target, SUBPROTOCOL, {
    handshakeTimeout: OPEN_MAX_MS,
    perMessageDeflate: false,
  });
  const socket = new RawSocket(connection, onPush);
  await opened(connection);
  return { socket, reply: await socket.request('auth', auth) };
};
