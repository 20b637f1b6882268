/** What has to happen even when the bench is interrupted: processes that it started, folders that it filled. */
const pending = new Set<() => void>();

/** @returns takes the work back, when it was done in the ordinary way */
export const atExit = (work: () => void): (() => void) => {
  pending.add(work);
  return () => pending.delete(work);
};

const INTERRUPTED = 130;

/** Runs what is pending when the process ends, and ends it at a signal. */
export const cleanUpAtExit = (): void => {
  process.once('exit', () => {
    for (const work of [...pending].toReversed()) work();
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(INTERRUPTED));
};
