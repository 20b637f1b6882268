import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { OperatorError } from '@verbatim/platform';
import { ForeignStateError, StateBusyError, StateFailedError, StateFullError, StateInUseError } from '../errors.js';
import { STATE_WAITING_WRITES_MAX } from '../state-store.js';
import type { FromWriter, ToWriter, WriteRequest, WriterData } from './write-requests.js';

const BATCH_MAX_REQUESTS = 512;

/** The one writer of the file, in a thread of its own: an fsync never holds up the sockets. */
export type StateWriter = {
  /** Resolves when the write is durable, with whether it changed anything. */
  readonly write: (request: WriteRequest) => Promise<boolean>;
  /** Waits for the writes under way. */
  readonly close: () => Promise<void>;
};

type Waiting = {
  readonly request: WriteRequest;
  readonly resolve: (changed: boolean) => void;
  readonly reject: (error: Error) => void;
};

export type StateWriterOptions = {
  readonly onFailure?: (error: Error) => void;
  readonly fileMaxBytes?: number;
};

export const openStateWriter = async (file: string, options: StateWriterOptions): Promise<StateWriter> => {
  // Worker threads run what is built, also under the test runner, which transforms only the main thread.
  const url = new URL('./state-writer.worker.js', import.meta.url.replace(/\/src\/sqlite\//, '/dist/sqlite/'));
  const workerData: WriterData = { file, fileMaxBytes: options.fileMaxBytes ?? null };
  const worker = new Worker(url, { workerData, execArgv: [] }); // flags of the main script, as --input-type, are not the thread's
  const [first] = (await once(worker, 'message')) as [FromWriter];
  if (first.kind === 'refused') throw errorOf(first, file);
  return new WorkerStateWriter(worker, options.onFailure ?? (() => {}));
};

const errorOf = ({ refusal, message }: Extract<FromWriter, { kind: 'refused' }>, file: string): Error => {
  if (refusal === 'in-use') return new StateInUseError(file);
  return refusal === 'foreign' ? new ForeignStateError(message) : new OperatorError(`cannot open ${file}: ${message}`);
};

class WorkerStateWriter implements StateWriter {
  private waiting: Waiting[] = [];
  private underWay: readonly Waiting[] = [];
  private flushPlanned = false;
  private failure: Error | undefined;
  private closed: Promise<void> | undefined;
  private onDrained: (() => void) | undefined;

  constructor(
    private readonly worker: Worker,
    private readonly onFailure: (error: Error) => void,
  ) {
    worker.on('message', (message: FromWriter) => this.settle(message));
    worker.on('error', (error) => this.fail(`the writer's thread failed: ${error.message}`));
    worker.on('exit', () => {
      if (this.closed === undefined) this.fail("the writer's thread ended");
    });
  }

  write(request: WriteRequest): Promise<boolean> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    if (this.closed !== undefined) return Promise.reject(new StateBusyError('the store is closing'));
    if (this.waiting.length >= STATE_WAITING_WRITES_MAX) {
      return Promise.reject(new StateBusyError(`${STATE_WAITING_WRITES_MAX} writes wait already`));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ request, resolve, reject });
      this.planFlush();
    });
  }

  close(): Promise<void> {
    this.closed ??= this.drained().then(async () => {
      const exited = once(this.worker, 'exit');
      this.post({ kind: 'close' });
      await (this.failure === undefined ? exited : this.worker.terminate());
    });
    return this.closed;
  }

  private drained(): Promise<void> {
    if (this.underWay.length === 0 && this.waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.onDrained = resolve;
    });
  }

  /** One message for all writes of this turn, and for all that came while the last batch was on its way. */
  private planFlush(): void {
    if (this.flushPlanned || this.underWay.length > 0) return;
    this.flushPlanned = true;
    queueMicrotask(() => {
      this.flushPlanned = false;
      this.flush();
    });
  }

  private flush(): void {
    if (this.failure !== undefined || this.underWay.length > 0 || this.waiting.length === 0) return;
    this.underWay = this.waiting.splice(0, BATCH_MAX_REQUESTS);
    this.post({ kind: 'batch', requests: this.underWay.map(({ request }) => request) });
  }

  private settle(message: FromWriter): void {
    if (message.kind === 'failed') return this.fail(message.message);
    const batch = this.underWay;
    this.underWay = [];
    if (message.kind === 'written') batch.forEach(({ resolve }, index) => resolve(message.changed[index] === true));
    else batch.forEach(({ reject }) => reject(new StateFullError('the disk of the state file is full')));
    this.flush();
    if (this.underWay.length === 0) this.onDrained?.();
  }

  private fail(message: string): void {
    if (this.failure !== undefined) return;
    this.failure = new StateFailedError(message);
    for (const { reject } of [...this.underWay, ...this.waiting]) reject(this.failure);
    this.underWay = [];
    this.waiting = [];
    this.onDrained?.();
    this.onFailure(this.failure);
  }

  private post(message: ToWriter): void {
    this.worker.postMessage(message);
  }
}
