import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { ChannelLimits } from '../channel-limits.js';
import { LineSplitter, answerOf } from '../wire/answer-line.js';
import type { OpResult } from '@verbatim/protocol';

/**
 * Why a request ended before all its calls were answered. `refused`: none of it was executed. `lost`: nobody knows.
 * `rejected`: the instance speaks, but not to us.
 */
export type BatchEnd = { readonly kind: 'done' | 'refused' | 'lost' | 'rejected'; readonly reason: string };

export type BatchObserver = {
  readonly onAnswer: (number: number, result: OpResult) => void;
  /** Once, after which there are no more answers. */
  readonly onEnd: (end: BatchEnd) => void;
};

/** Longest line that is read: an answer is a reply's body and less than this. */
const LINE_MAX_CHARACTERS = 1_048_576;

/** One POST of calls on its way: hands the answers out as they come, and gives up on an instance that falls silent. */
export class BatchRequest {
  readonly #lines = new LineSplitter();
  #silence: NodeJS.Timeout;
  #isConnected = false;
  #heardTimes = 0;
  #unanswered: number;
  #isOver = false;

  constructor(
    private readonly request: ClientRequest,
    calls: number,
    private readonly limits: ChannelLimits,
    private readonly observer: BatchObserver,
  ) {
    this.#unanswered = calls;
    this.#silence = this.#watch(limits.connectMaxMs, 'refused', 'did not take the connection');
    request.on('socket', (socket) => this.#onSocket(socket));
    request.on('error', (error) => this.#end(this.#isConnected ? 'lost' : 'refused', error.message));
    request.on('response', (response) => this.#onResponse(response));
  }

  #onSocket(socket: Socket): void {
    if (!socket.connecting) return this.#onConnect();
    socket.once('connect', () => this.#onConnect());
  }

  #onConnect(): void {
    if (this.#isOver) return;
    this.#isConnected = true;
    this.#heard();
  }

  #onResponse(response: IncomingMessage): void {
    const { statusCode = 0 } = response;
    if (statusCode !== 200) {
      response.resume();
      return this.#end(statusCode === 503 ? 'refused' : 'rejected', `answered ${statusCode}`);
    }
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => this.#onText(chunk));
    response.on('error', (error) => this.#end('lost', error.message));
    response.on('close', () => this.#end('lost', 'hung up before the last answer'));
    this.#heard();
  }

  #onText(chunk: string): void {
    if (this.#isOver) return;
    this.#heard();
    for (const line of this.#lines.take(chunk)) {
      const answer = answerOf(line);
      if (answer === null) return this.#end('rejected', 'sent what is no answer');
      this.#unanswered -= 1;
      this.observer.onAnswer(answer.number, answer.result);
    }
    if (this.#lines.waiting > LINE_MAX_CHARACTERS) return this.#end('rejected', 'sent a line without end');
    if (this.#unanswered === 0) this.#end('done', '');
  }

  #heard(): void {
    this.#heardTimes += 1;
    clearTimeout(this.#silence);
    this.#silence = this.#watch(this.limits.silenceMaxMs, 'lost', 'fell silent');
  }

  #watch(maxMs: number, kind: 'refused' | 'lost', reason: string): NodeJS.Timeout {
    // What has arrived and is not read yet was no silence: this process may have been the one that stood still.
    const onTime = (heardTimes: number): void => {
      if (heardTimes === this.#heardTimes) this.#end(kind, reason);
    };
    return setTimeout(() => setImmediate(onTime, this.#heardTimes), maxMs);
  }

  #end(kind: BatchEnd['kind'], reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#silence);
    // A response that was read to its end leaves the connection for the next request.
    if (kind !== 'done' && reason !== 'answered 503') this.request.destroy();
    this.observer.onEnd({ kind, reason });
  }
}
