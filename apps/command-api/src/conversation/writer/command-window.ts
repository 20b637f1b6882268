import type { CommandId, Seq, UserId } from '@verbatim/domain';

const keyOf = (actorId: UserId, commandId: CommandId): string => `${actorId}:${commandId}`;

/**
 * The newest (actor, command id) pairs of one conversation with the seq that each maps to, without a hole: every pair of
 * an event at or above `fromSeq` is here. Ids are remembered by seq and never by age, so no clock is believed.
 */
export class CommandWindow {
  private readonly seqs = new Map<string, Seq>();
  /** Key of each event from `fromSeq` on; null for an event that has none, or one that a lower seq has too. */
  private keys: (string | null)[] = [];
  private lowest: number;

  constructor(fromSeq: number) {
    this.lowest = fromSeq;
  }

  /** Lowest seq that the window covers. */
  get fromSeq(): number {
    return this.lowest;
  }

  /** Events that the window covers: all from `fromSeq` to the head. */
  get size(): number {
    return this.keys.length;
  }

  find(actorId: UserId, commandId: CommandId): Seq | undefined {
    return this.seqs.get(keyOf(actorId, commandId));
  }

  /** Adds the pair of the next event; the first one keeps its seq should a pair ever come twice. */
  append(actorId: UserId | null, commandId: CommandId): void {
    this.appendKey(actorId === null ? null : keyOf(actorId, commandId));
  }

  /** Puts the pairs of the events right below in front of those that are here. Throws `RangeError` when a hole would be left. */
  prepend(older: CommandWindow): void {
    if (older.fromSeq + older.size !== this.lowest) {
      throw new RangeError(
        `ids from ${older.fromSeq} to ${older.fromSeq + older.size - 1} do not reach ${this.lowest}`,
      );
    }
    this.keys = older.keys.concat(this.keys.map((key) => (key !== null && older.seqs.has(key) ? null : key)));
    for (const [key, seq] of older.seqs) this.seqs.set(key, seq);
    this.lowest = older.fromSeq;
  }

  /** Forgets the oldest events down to `keepEvents`, but none above `coveredToSeq`: what no index covers stays. */
  trim(keepEvents: number, coveredToSeq: number): void {
    const count = Math.min(this.size - keepEvents, coveredToSeq + 1 - this.lowest);
    if (count <= 0) return;
    for (const key of this.keys.slice(0, count)) if (key !== null) this.seqs.delete(key);
    this.keys = this.keys.slice(count);
    this.lowest += count;
  }

  /** The keys of the newest `count` events, oldest first. */
  newest(count: number): readonly (string | null)[] {
    return this.keys.slice(-count);
  }

  static restore(fromSeq: number, keys: readonly (string | null)[]): CommandWindow {
    const window = new CommandWindow(fromSeq);
    for (const key of keys) window.appendKey(key);
    return window;
  }

  private appendKey(key: string | null): void {
    const isNew = key !== null && !this.seqs.has(key);
    if (isNew) this.seqs.set(key, (this.lowest + this.keys.length) as Seq);
    this.keys.push(isNew ? key : null);
  }
}
