import type { ServerResponse } from 'node:http';
import type { OpResult } from '@verbatim/protocol';
import { HEARTBEAT_LINE, answerLine } from '../wire/answer-line.js';
import { CHANNEL_ANSWER_TYPE } from '../wire/channel-route.js';

/** Writes answers as they come, those of one turn together, and a heartbeat while some are owed. */
export class AnswerStream {
  #unwritten = '';
  #owed: number;
  readonly #heartbeat: NodeJS.Timeout;

  constructor(
    private readonly response: ServerResponse,
    calls: number,
    heartbeatMs: number,
  ) {
    this.#owed = calls;
    // A gateway that went away does not stop its calls: they may be durable already.
    response.on('error', () => {});
    response.writeHead(200, { 'content-type': CHANNEL_ANSWER_TYPE, 'cache-control': 'no-store' });
    this.#heartbeat = setInterval(() => response.write(HEARTBEAT_LINE), heartbeatMs);
  }

  answer(number: number, result: OpResult): void {
    if (this.#unwritten === '') setImmediate(() => this.#write());
    this.#unwritten += answerLine(number, result);
    this.#owed -= 1;
  }

  #write(): void {
    const text = this.#unwritten;
    this.#unwritten = '';
    if (this.#owed > 0) return void this.response.write(text);
    clearInterval(this.#heartbeat);
    this.response.end(text);
  }
}
