import { Worker } from 'node:worker_threads';
import { fileProblemError, fileProblemOfCode } from './file-problem.js';
import type { FileProblemKind } from './read-models-file.js';
import type {
  WriterCallName,
  WriterCalls,
  WriterFailure,
  WriterOpened,
  WriterOptions,
  WriterReply,
} from './writer-messages.js';

/** Workers run built code, also where this file itself is run from its source. */
const WORKER_URL = new URL(
  import.meta.url.includes('/read-models/src/') ? '../../dist/sqlite/writer.worker.js' : './writer.worker.js',
  import.meta.url,
);

type Waiting = { readonly resolve: (reply: unknown) => void; readonly reject: (error: Error) => void };

/** The write connection as the main thread sees it: calls are answered in order. */
export class WriterClient {
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #ended: Error | null = null;

  private constructor(
    private readonly worker: Worker,
    private readonly file: string,
  ) {
    worker.on('message', (reply: WriterReply) => this.#settle(reply));
    worker.on('error', (error) => this.#end(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', () => this.#end(new Error(`the writer of ${file} has ended`)));
  }

  /** @throws ForeignReadModelsError, OtherLogReadModelsError, DamagedReadModelsError */
  static async open(options: WriterOptions): Promise<WriterClient> {
    const worker = new Worker(WORKER_URL, { workerData: options });
    const opened = await new Promise<WriterOpened>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    if (opened.outcome === 'opened') return new WriterClient(worker, options.file);
    await worker.terminate();
    throw errorOf(options.file, opened.error);
  }

  call<Name extends WriterCallName>(
    call: Name,
    request: WriterCalls[Name]['request'],
  ): Promise<WriterCalls[Name]['reply']> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (reply: unknown) => void, reject });
      this.worker.postMessage({ id, call, request });
    });
  }

  async close(): Promise<void> {
    if (this.#ended !== null) return;
    await this.call('close', null);
    await this.worker.terminate();
  }

  #settle(reply: WriterReply): void {
    const waiting = this.#waiting.get(reply.id);
    if (waiting === undefined) return;
    this.#waiting.delete(reply.id);
    if (reply.outcome === 'done') waiting.resolve(reply.reply);
    else waiting.reject(errorOf(this.file, reply.error));
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}

/** Errors lose their class on the way between threads. */
const errorOf = (file: string, { name, message, code }: WriterFailure): Error =>
  name === 'FileProblem'
    ? fileProblemError(file, code as FileProblemKind, message)
    : (fileProblemOfCode(file, code) ?? Object.assign(new Error(message), { code }));
