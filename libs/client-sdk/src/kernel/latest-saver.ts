/**
 * Saves a value that changes often: one save at a time, and the next takes the newest value. A burst of changes costs
 * two saves, and the store never sees an older value after a newer one.
 */
export class LatestSaver<Value> {
  private dirty = false;
  private running: Promise<void> | undefined;

  constructor(
    private readonly read: () => Value,
    private readonly save: (value: Value) => Promise<void>,
    private readonly onError: (error: unknown) => void,
  ) {}

  touch(): void {
    this.dirty = true;
    this.running ??= this.run();
  }

  /** Resolves when everything touched so far is saved. */
  async settle(): Promise<void> {
    await this.running;
  }

  private async run(): Promise<void> {
    // The value is read after the turn that changed it: the events of one frame make one save.
    await Promise.resolve();
    while (this.dirty) {
      this.dirty = false;
      try {
        await this.save(this.read());
      } catch (error) {
        this.onError(error);
      }
    }
    this.running = undefined;
  }
}
