import { Worker } from 'node:worker_threads';
import { LogFailedError } from '../errors.js';
import type { FromWriter, ToWriter, WriterOptions } from './log-messages.js';
import { fromWriterError } from './writer-error.js';

type Opened = Extract<FromWriter, { kind: 'opened' }>;
type Answer = Extract<FromWriter, { kind: 'outcomes' | 'snapshot-saved' }>;

export type WriterListener = {
  readonly onAnswer: (answer: Answer) => void;
  /** `mayHaveWritten`: it ended without a word, so whatever was not answered is unknown. Called once at most. */
  readonly onFailed: (error: Error, mayHaveWritten: boolean) => void;
};

/** Sources run under the test runner too, which transforms no worker: the thread always runs the built file. */
const workerUrl = (): URL => {
  const isSource = import.meta.url.endsWith('.ts');
  return new URL(isSource ? '../../dist/sqlite/log-writer.worker.js' : './log-writer.worker.js', import.meta.url);
};

/** The thread that holds the log's write connection, seen from the main thread. */
export class WriterThread {
  #listener: WriterListener | null = null;
  #isFinished = false;
  readonly #worker: Worker;
  readonly #exited: Promise<void>;

  /** Rejects with why the log could not be opened. */
  readonly opened: Promise<Opened>;

  constructor(options: WriterOptions) {
    this.#worker = new Worker(workerUrl(), { workerData: options, name: 'log-writer', execArgv: [] });
    this.#exited = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
    this.opened = new Promise((resolve, reject) => {
      const gone = (error: Error): void => {
        reject(error);
        this.#fail(error, true);
      };
      this.#worker.on('message', (message: FromWriter) => {
        if (message.kind === 'opened') resolve(message);
        else if (message.kind === 'refused') reject(fromWriterError(message.error));
        else this.#onMessage(message);
      });
      this.#worker.on('error', (error) => gone(new LogFailedError(`the log writer failed: ${String(error)}`)));
      this.#worker.on('exit', (code) => gone(new LogFailedError(`the log writer ended with code ${code}`)));
    });
  }

  listen(listener: WriterListener): void {
    this.#listener = listener;
  }

  post(message: ToWriter): void {
    this.#worker.postMessage(message);
  }

  /** Lets the writer finish what was posted. Resolves when its files are closed. */
  async close(): Promise<void> {
    this.post({ kind: 'close' });
    await this.#exited;
  }

  #onMessage(message: Exclude<FromWriter, { kind: 'opened' | 'refused' }>): void {
    if (message.kind === 'closed') this.#isFinished = true;
    else if (message.kind === 'fatal') this.#fail(fromWriterError(message.error), false);
    else this.#listener?.onAnswer(message);
  }

  #fail(error: Error, mayHaveWritten: boolean): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    this.#listener?.onFailed(error, mayHaveWritten);
    void this.#worker.terminate();
  }
}
