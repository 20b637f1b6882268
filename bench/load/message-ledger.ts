const NO_SEQ = -1;

/** What is known of each message of a run, by its number. */
export class MessageLedger {
  readonly #sentAtMs: Float64Array;
  readonly #seqs: Int32Array;
  readonly #senders: Int32Array;
  #count = 0;
  disagreed = 0;

  constructor(messagesMax: number) {
    this.#sentAtMs = new Float64Array(messagesMax);
    this.#seqs = new Int32Array(messagesMax).fill(NO_SEQ);
    this.#senders = new Int32Array(messagesMax);
  }

  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count === this.#seqs.length;
  }

  /** @returns the number of a message that is sent now */
  add(sender: number, nowMs: number): number {
    const number = this.#count;
    this.#count += 1;
    this.#sentAtMs[number] = nowMs;
    this.#senders[number] = sender;
    return number;
  }

  isKnown(number: number): boolean {
    return number >= 0 && number < this.#count;
  }

  sentAtMs(number: number): number {
    return this.#sentAtMs[number] as number;
  }

  sender(number: number): number {
    return this.#senders[number] as number;
  }

  /** The acknowledgement and every push of a message have to name the same seq. */
  confirmSeq(number: number, seq: number): void {
    const known = this.#seqs[number];
    if (known === NO_SEQ) this.#seqs[number] = seq;
    else if (known !== seq) this.disagreed += 1;
  }
}
