import type { CommandId, Seq, UserId } from '@verbatim/domain';

const keyOf = (actorId: UserId, commandId: CommandId): string => `${actorId}:${commandId}`;

/**
 * The newest (actor, command id) pairs of one conversation with the seq that each maps to, without a hole: every pair of
 * an event at or above `fromSeq` is here. Ids are remembered by seq and never by age, so no clock is believed.
 */
export class CommandWindow {
  private seqs = new Map<string, Seq>();
  /** Lowest seq that the window covers. */
  fromSeq: number;

  constructor(fromSeq: number) {
    this.fromSeq = fromSeq;
  }

  get size(): number {
    return this.seqs.size;
  }

  find(actorId: UserId, commandId: CommandId): Seq | undefined {
    return this.seqs.get(keyOf(actorId, commandId));
  }

  /** Adds the pair of the next event; the first one keeps its seq should a pair ever come twice. */
  append(actorId: UserId | null, commandId: CommandId, seq: Seq): void {
    if (actorId === null) return;
    const key = keyOf(actorId, commandId);
    if (!this.seqs.has(key)) this.seqs.set(key, seq);
  }

  /** Puts older pairs, in order, in front of those that are here; the window then reaches down to `fromSeq`. */
  prepend(older: CommandWindow): void {
    const merged = older.seqs;
    for (const [key, seq] of this.seqs) if (!merged.has(key)) merged.set(key, seq);
    this.seqs = merged;
    this.fromSeq = older.fromSeq;
  }

  /** Drops the oldest pairs down to `keepIds`, but none above `coveredToSeq`: what no index covers stays. */
  trim(keepIds: number, coveredToSeq: number): void {
    for (const [key, seq] of this.seqs) {
      if (this.seqs.size <= keepIds || seq > coveredToSeq) return;
      this.seqs.delete(key);
      this.fromSeq = seq + 1;
    }
  }

  /** The newest `count` pairs as [key, seq], oldest first. */
  newest(count: number): [string, Seq][] {
    return [...this.seqs].slice(-count);
  }

  static restore(pairs: readonly (readonly [string, Seq])[], fromSeq: number): CommandWindow {
    const window = new CommandWindow(fromSeq);
    for (const [key, seq] of pairs) window.seqs.set(key, seq);
    return window;
  }
}
