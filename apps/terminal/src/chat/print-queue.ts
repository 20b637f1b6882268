type Step = () => Promise<void> | void;

/** Runs one step of printing after the other: a step may have to ask for a name first, and the order stays. */
export class PrintQueue {
  private last: Promise<void> = Promise.resolve();
  private letGo: (() => void) | undefined;

  constructor(private readonly failed: (error: unknown) => void) {}

  /** Resolves when the step is done. A step that fails is reported and does not stop those behind it. */
  add(step: Step): Promise<void> {
    this.last = this.last.then(step).catch(this.failed);
    return this.last;
  }

  /** Lets what is added wait until `release`, so that the past of a conversation is printed before its news. */
  hold(): void {
    const released = new Promise<void>((resolve) => {
      this.letGo = resolve;
    });
    void this.add(() => released);
  }

  release(): void {
    this.letGo?.();
    this.letGo = undefined;
  }

  /** As `add`, but not held: for what the others wait for. */
  async addUnheld(step: Step): Promise<void> {
    if (!this.letGo) return this.add(step);
    try {
      await step();
    } catch (error) {
      this.failed(error);
    }
  }

  /** Resolves when everything that was added before the call is printed. */
  drained(): Promise<void> {
    return this.last;
  }
}
