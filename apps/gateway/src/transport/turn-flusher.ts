/** What collects frames during a turn of the event loop and writes them at its end. */
export interface Flushable {
  flush(join: JoinFrames): void;
}
export type JoinFrames = (frames: readonly Buffer[], bytes: number) => Buffer;

/** Writes the frames of all connections once per turn of the event loop: one system call per connection, not per frame. */
export class TurnFlusher {
  #dirty: Flushable[] = [];
  /** Members of one group mostly get the same frames in a turn: joined once, written to all. */
  #lastFrames: readonly Buffer[] = [];
  #lastJoined: Buffer = EMPTY;

  add(connection: Flushable): void {
    this.#dirty.push(connection);
    if (this.#dirty.length === 1) setImmediate(this.#flush);
  }

  readonly #flush = (): void => {
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const connection of dirty) connection.flush(this.#join);
    this.#lastFrames = [];
    this.#lastJoined = EMPTY;
  };

  readonly #join: JoinFrames = (frames, bytes) => {
    if (!areSame(frames, this.#lastFrames)) {
      this.#lastFrames = frames;
      this.#lastJoined = Buffer.concat(frames as Buffer[], bytes);
    }
    return this.#lastJoined;
  };
}

const EMPTY = Buffer.alloc(0);

const areSame = (one: readonly Buffer[], other: readonly Buffer[]): boolean => {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index += 1) if (one[index] !== other[index]) return false;
  return true;
};
