/** One thing at a time per stream, in the order asked for; streams do not wait for each other. */
export class StreamLanes {
  readonly #last = new Map<string, Promise<unknown>>();

  run<Result>(stream: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(stream);
    const running = before === undefined ? work() : before.then(work, work);
    this.#last.set(stream, running);
    const leave = (): void => {
      if (this.#last.get(stream) === running) this.#last.delete(stream);
    };
    running.then(leave, leave);
    return running;
  }

  /** When all that was asked for so far is over. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#last.values());
  }
}
