import type { Socket } from 'node:net';
import type { ProtocolError } from '@verbatim/protocol';
import { FrameReader, type TextHandler } from './frame-reader.js';
import { digitsAt } from './number-field.js';
import { pongFrame, textFrame } from './text-frame.js';
import { upgrade, type SocketAddress } from './upgrade.js';

export type AckHandler = (requestId: number, isOk: boolean, bytes: Buffer, start: number, end: number) => void;

type Pending = {
  readonly op: string;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (d: never) => void;
  readonly reject: (error: Error) => void;
};
type Reply = { readonly re: string; readonly ok: boolean; readonly d?: unknown; readonly error?: ProtocolError };

const REQUEST_TIMEOUT_MS = 30_000;
/** `{"re":` and `{"ev":` differ in their third byte. */
const KIND_AT = 2;
const LETTER_R = 0x72;
const LETTER_T = 0x74;
const QUOTE = 0x22;
const REPLY_ID_AT = 6;
/** From the last digit of the id: `,"ok":`. */
const OK_AFTER_ID = 6;
const MESSAGE_SENT = Buffer.from('{"ev":"message.sent"');

/** A request was answered with an error. */
export class RefusedError extends Error {
  constructor(
    op: string,
    readonly code: string,
    message: string,
  ) {
    super(`${op} was refused: ${code}, ${message}`);
  }
}

/**
 * One connection of the load generator. Requests of the load have whole numbers for ids and are answered through `onAck`;
 * all others are texts and promises. Pushes other than `message.sent` are counted only.
 */
export class FrameSocket {
  onMessage: TextHandler = () => {};
  onAck: AckHandler = () => {};
  /** Called once, when the connection ended without `close`. */
  onLost: (error: Error) => void = () => {};
  otherPushes = 0;
  readonly #pending = new Map<string, Pending>();
  #requests = 0;
  #isClosed = false;

  constructor(
    private readonly socket: Socket,
    head: Buffer,
  ) {
    const reader = new FrameReader({
      onText: (bytes, start, end) => this.#onText(bytes, start, end),
      onPing: (payload) => socket.write(pongFrame(payload)),
      onClose: (code, reason) => this.#lose(new Error(`the server closed with ${code ?? 'no code'} ${reason}`)),
    });
    socket.on('data', (chunk) => reader.push(chunk as Buffer));
    socket.on('error', (error) => this.#lose(error));
    socket.on('close', () => this.#lose(new Error('the connection ended')));
    if (head.length > 0) reader.push(head);
  }

  send(text: string): void {
    this.socket.write(textFrame(text));
  }

  /** @throws RefusedError; Error when the connection ends, or nothing is answered for 30 s */
  request<Result>(op: string, d: object): Promise<Result> {
    this.#requests += 1;
    const id = `q${this.#requests}`;
    return new Promise<Result>((resolve, reject) => {
      const timer = setTimeout(
        () => this.#take(id)?.reject(new Error(`${op} was not answered for 30 s`)),
        REQUEST_TIMEOUT_MS,
      );
      this.#pending.set(id, { op, timer, resolve, reject });
      this.send(`{"id":"${id}","op":"${op}","d":${JSON.stringify(d)}}`);
    });
  }

  close(): void {
    this.#isClosed = true;
    this.socket.destroy();
    for (const id of [...this.#pending.keys()]) this.#take(id)?.reject(new Error('the connection was closed'));
  }

  #lose(error: Error): void {
    if (this.#isClosed) return;
    this.close();
    this.onLost(error);
  }

  #onText(bytes: Buffer, start: number, end: number): void {
    if (bytes[start + KIND_AT] === LETTER_R) this.#onReply(bytes, start, end);
    else if (bytes.compare(MESSAGE_SENT, 0, MESSAGE_SENT.length, start, start + MESSAGE_SENT.length) === 0)
      this.onMessage(bytes, start, end);
    else this.otherPushes += 1;
  }

  #onReply(bytes: Buffer, start: number, end: number): void {
    if (bytes[start + REPLY_ID_AT] === QUOTE)
      return this.#settle(JSON.parse(bytes.toString('utf8', start, end)) as Reply);
    const id = digitsAt(bytes, start + REPLY_ID_AT, end);
    if (id === -1) return this.#lose(new Error(`an unreadable frame: ${bytes.toString('utf8', start, end)}`));
    const okAt = start + REPLY_ID_AT + String(id).length + OK_AFTER_ID;
    this.onAck(id, bytes[okAt] === LETTER_T, bytes, start, end);
  }

  #settle({ re, ok, d, error }: Reply): void {
    const pending = this.#take(re);
    if (ok) pending?.resolve(d as never);
    else pending?.reject(new RefusedError(pending.op, error?.code ?? 'no code', error?.message ?? ''));
  }

  #take(id: string): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    clearTimeout(pending?.timer);
    return pending;
  }
}

export const openFrameSocket = async (address: SocketAddress): Promise<FrameSocket> => {
  const { socket, head } = await upgrade(address);
  return new FrameSocket(socket, head);
};
