/** Works with a process and stops it, however the work ends. */
export const whileRunning = async <Running extends { readonly stop: () => Promise<unknown> }, Result>(
  running: Running,
  work: (running: Running) => Promise<Result>,
): Promise<Result> => {
  try {
    return await work(running);
  } finally {
    await running.stop();
  }
};
