import type { CommandId, Seq, UserId } from '@verbatim/domain';

/** Who named which command. */
export type CommandKey = readonly [actorId: UserId, commandId: CommandId];

/**
 * The newest (actor, command id) pairs of one conversation with the seq that each maps to, without a hole: every pair of
 * an event at or above `fromSeq` is here. Ids are remembered by seq and never by age, so no clock is believed.
 */
export class CommandWindow {
  /** By actor and then by id: a key made of both would be built and hashed anew for every look-up. */
  private readonly seqs = new Map<UserId, Map<CommandId, Seq>>();
  /** Key of each event from `fromSeq` on; null for an event that has none, or one that a lower seq has too. */
  private keys: (CommandKey | null)[] = [];
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
    return this.seqs.get(actorId)?.get(commandId);
  }

  /** Adds the pair of the next event; the first one keeps its seq should a pair ever come twice. */
  append(actorId: UserId | null, commandId: CommandId): void {
    if (actorId === null || this.find(actorId, commandId) !== undefined) this.keys.push(null);
    else {
      this.setSeq(actorId, commandId, this.lowest + this.size);
      this.keys.push([actorId, commandId]);
    }
  }

  /** Puts the pairs of the events right below in front of those that are here. Throws `RangeError` when a hole would be left. */
  prepend(older: CommandWindow): void {
    if (older.fromSeq + older.size !== this.lowest) {
      throw new RangeError(
        `ids from ${older.fromSeq} to ${older.fromSeq + older.size - 1} do not reach ${this.lowest}`,
      );
    }
    const later = this.keys.map((key) => (key !== null && older.find(...key) !== undefined ? null : key));
    this.keys = older.keys.concat(later);
    this.lowest = older.fromSeq;
    for (const [index, key] of older.keys.entries()) if (key !== null) this.setSeq(...key, this.lowest + index);
  }

  /** Forgets the oldest events down to `keepEvents`, but none above `coveredToSeq`: what no index covers stays. */
  trim(keepEvents: number, coveredToSeq: number): void {
    const count = Math.min(this.size - keepEvents, coveredToSeq + 1 - this.lowest);
    if (count <= 0) return;
    for (const key of this.keys.slice(0, count)) if (key !== null) this.forget(key);
    this.keys = this.keys.slice(count);
    this.lowest += count;
  }

  /** The keys of the newest `count` events, oldest first. */
  newest(count: number): readonly (CommandKey | null)[] {
    return this.keys.slice(-count);
  }

  static restore(fromSeq: number, keys: readonly (CommandKey | null)[]): CommandWindow {
    const window = new CommandWindow(fromSeq);
    for (const key of keys) {
      if (key !== null) window.setSeq(...key, fromSeq + window.size);
      window.keys.push(key);
    }
    return window;
  }

  private setSeq(actorId: UserId, commandId: CommandId, seq: number): void {
    const ofActor = this.seqs.get(actorId);
    if (ofActor === undefined) this.seqs.set(actorId, new Map([[commandId, seq as Seq]]));
    else ofActor.set(commandId, seq as Seq);
  }

  private forget([actorId, commandId]: CommandKey): void {
    const ofActor = this.seqs.get(actorId);
    ofActor?.delete(commandId);
    if (ofActor?.size === 0) this.seqs.delete(actorId);
  }
}
