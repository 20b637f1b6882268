import type { Position } from '../event-store.js';
import { HELD_MAX_BYTES, HELD_MAX_EVENTS } from './limits.js';
import { bytesOf, type StoredRecord } from './stored-record.js';

/** What a subscription has received and not yet handed on. */
export class HeldEvents {
  #records: StoredRecord[] = [];
  #bytes = 0;
  #checkpoint: Position | null = null;

  get length(): number {
    return this.#records.length;
  }

  get isFull(): boolean {
    return this.#records.length >= HELD_MAX_EVENTS || this.#bytes >= HELD_MAX_BYTES;
  }

  get isHalfEmpty(): boolean {
    return this.#records.length <= HELD_MAX_EVENTS / 2 && this.#bytes <= HELD_MAX_BYTES / 2;
  }

  push(record: StoredRecord): void {
    this.#records.push(record);
    this.#bytes += bytesOf(record);
  }

  reached(position: Position): void {
    this.#checkpoint = position;
  }

  take(maxCount: number): readonly StoredRecord[] {
    const taken = this.#records.splice(0, maxCount);
    for (const record of taken) this.#bytes -= bytesOf(record);
    return taken;
  }

  /** The newest checkpoint, once nothing that came before it is left. */
  takeCheckpoint(): Position | null {
    const checkpoint = this.#checkpoint;
    this.#checkpoint = null;
    return checkpoint;
  }
}
