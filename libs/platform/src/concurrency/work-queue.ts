/** Thrown instead of waiting in a queue that is full. */
export class QueueFullError extends Error {
  override readonly name = 'QueueFullError';

  constructor(readonly waitingMax: number) {
    super(`${waitingMax} pieces of work wait already`);
  }
}

export type WorkQueueLimits = {
  /** Pieces of work that run at once. */
  readonly concurrency: number;
  /** Pieces of work that may wait; one more is refused. */
  readonly waitingMax: number;
};

export type WorkQueue = {
  /** Runs the work in its turn, first come first served. @throws QueueFullError (as a rejection) when too many wait. */
  readonly run: <T>(work: () => Promise<T> | T) => Promise<T>;
  readonly waiting: () => number;
  readonly running: () => number;
};

/** A bounded first-come-first-served queue: what does not fit is refused at once instead of growing without limit. */
export const createWorkQueue = ({ concurrency, waitingMax }: WorkQueueLimits): WorkQueue => {
  const waiting: (() => void)[] = [];
  let running = 0;
  const turn = (): Promise<void> | undefined => {
    if (running < concurrency) {
      running += 1;
      return undefined;
    }
    if (waiting.length >= waitingMax) throw new QueueFullError(waitingMax);
    return new Promise((resolve) => waiting.push(resolve));
  };
  const release = (): void => {
    const next = waiting.shift(); // the place passes on, `running` stays
    if (next === undefined) running -= 1;
    else next();
  };
  return {
    run: async (work) => {
      await turn();
      try {
        return await work();
      } finally {
        release();
      }
    },
    waiting: () => waiting.length,
    running: () => running,
  };
};
