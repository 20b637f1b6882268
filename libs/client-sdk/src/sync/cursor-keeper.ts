/**
 * Which cursor to resume from. The newest one is good only while nothing before it is missing: while a hole is open
 * the one before the hole counts, and after a dropped frame the last one that a heartbeat has proved.
 */
export class CursorKeeper {
  private latest: string | undefined;
  private proved: string | undefined;
  /** The cursor before the first open hole, while there is one. */
  private beforeHole: { readonly cursor: string | undefined } | undefined;

  restore(cursor: string | undefined): void {
    this.latest = cursor;
    this.proved = cursor;
  }

  /** Everything up to the cursor has arrived. */
  advance(cursor: string): void {
    this.latest = cursor;
  }

  /** A heartbeat (or the start of the connection) proves that nothing up to the cursor was dropped. */
  prove(cursor: string): void {
    this.latest = cursor;
    this.proved = cursor;
  }

  /** A frame was dropped somewhere after the last proof. */
  fallBack(): void {
    this.latest = this.proved;
    if (this.beforeHole) this.beforeHole = { cursor: this.proved };
  }

  holeOpened(): void {
    this.beforeHole ??= { cursor: this.latest };
  }

  holesClosed(): void {
    this.beforeHole = undefined;
  }

  resumePoint(): string | undefined {
    return this.beforeHole ? this.beforeHole.cursor : this.latest;
  }
}
