import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** More lines than this wait unread: then the input is paused until they are taken. */
const LINES_WAITING_MAX = 100;

/** The lines of a pipe, one at a time; what is not asked for stays in the pipe. */
export class LineSource {
  private readonly waiting: string[] = [];
  private readonly reader;
  private ended = false;
  private taker: ((line: string | undefined) => void) | undefined;

  constructor(input: Readable) {
    this.reader = createInterface({ input, crlfDelay: Infinity, terminal: false });
    this.reader.on('line', (line) => this.put(line));
    this.reader.on('close', () => {
      this.ended = true;
      this.taker?.(undefined);
      this.taker = undefined;
    });
  }

  /** Undefined at the end of the input. One call at a time. */
  next(): Promise<string | undefined> {
    const line = this.waiting.shift();
    if (line !== undefined) {
      if (this.waiting.length === 0 && !this.ended) this.reader.resume();
      return Promise.resolve(line);
    }
    if (this.ended) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.taker = resolve;
    });
  }

  close(): void {
    this.reader.close();
  }

  private put(line: string): void {
    const taker = this.taker;
    this.taker = undefined;
    if (taker) return taker(line);
    this.waiting.push(line);
    if (this.waiting.length >= LINES_WAITING_MAX) this.reader.pause();
  }
}
